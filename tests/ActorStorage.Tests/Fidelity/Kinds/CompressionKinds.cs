// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Blobs in every compression, whole, in pieces, cut off and damaged.</summary>
internal static class CompressionKinds
{
    public static readonly Compression[] Compressions =
        [Compression.Gzip, Compression.Bzip2, Compression.Xz, Compression.Zstd];

    private static byte[] Archive => new TarBuilder()
        .Directory("d/").File("d/f", string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i * 7919 % 3001}\n")))
        .Symlink("l", "d/f").Ended();

    private static readonly byte[] Skippable = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];

    public static ArchiveKind[] All =>
    [
        .. Compressions.SelectMany(Of),
        new("gzip: name, comment and extra field", () =>
        {
            byte[] plain = Compressed.Gzip(Archive);
            return [0x1f, 0x8b, 8, 0x1c, .. plain[4..10], 3, 0, 1, 2, 3, .. "name\0comment\0"u8, .. plain[10..]];
        }),
        new("gzip: wrong sum of the header", () =>
        {
            byte[] plain = Compressed.Gzip(Archive);
            return [0x1f, 0x8b, 8, 2, .. plain[4..10], 1, 2, .. plain[10..]];
        }),
        new("gzip: reserved flags", () => Changed(Compressed.Gzip(Archive), 3, 0xe0)),
        new("gzip: another method", () => Changed(Compressed.Gzip(Archive), 2, 7)),
        new("gzip: wrong sum", () => Changed(Compressed.Gzip(Archive), ^6, 0x55)),
        new("gzip: wrong length", () => Changed(Compressed.Gzip(Archive), ^1, 0x55)),
        new("zstd: skippable frame in front", () => [.. Skippable, .. Compressed.Zstd(Archive)]),
        new("zstd: skippable frame behind", () => [.. Compressed.Zstd(Archive), .. Skippable]),
        new("zstd: skippable frame between", () =>
            [.. Compressed.Zstd(Archive.AsSpan(0, 700)), .. Skippable, .. Compressed.Zstd(Archive.AsSpan(700))]),
        new("zstd: skippable frame cut off", () => [.. Compressed.Zstd(Archive), .. Skippable[..^2]]),
        new("zstd: only a skippable frame", () => Skippable),
        new("gzip in gzip", () => Compressed.Gzip(Compressed.Gzip(Archive))),
        new("zstd in gzip", () => Compressed.Gzip(Compressed.Zstd(Archive))),
        new("lz4", () => [0x04, 0x22, 0x4d, 0x18, .. Archive]), new("compress", () => [0x1f, 0x9d, 0x90, .. Archive]),
        new("lzma", () => [0x5d, 0, 0, 0x80, 0, .. Archive]), new("zip", () => [.. "PK\u0003\u0004"u8, .. Archive]),
    ];

    private static IEnumerable<ArchiveKind> Of(Compression how)
    {
        var name = how.ToString().ToLowerInvariant();
        byte[] Whole() => Compressed.Of(how, Archive);
        yield return new($"{name}: whole", Whole);
        yield return new($"{name}: of nothing", () => Compressed.Of(how, []));
        yield return new($"{name}: in two pieces", () =>
            [.. Compressed.Of(how, Archive.AsSpan(0, 1000)), .. Compressed.Of(how, Archive.AsSpan(1000))]);
        yield return new($"{name}: in many pieces", () =>
            [.. Archive.Chunk(4000).SelectMany(piece => Compressed.Of(how, piece))]);
        yield return new($"{name}: with a piece of nothing", () => [.. Whole(), .. Compressed.Of(how, [])]);
        yield return new($"{name}: with a piece of nothing in front", () => [.. Compressed.Of(how, []), .. Whole()]);
        yield return new($"{name}: zeros behind", () => [.. Whole(), .. new byte[512]]);
        yield return new($"{name}: four zeros behind", () => [.. Whole(), 0, 0, 0, 0]);
        yield return new($"{name}: junk behind", () => [.. Whole(), .. "junk that is nothing"u8]);
        yield return new($"{name}: one byte behind", () => [.. Whole(), 7]);
        yield return new($"{name}: half a piece behind", () => [.. Whole(), .. Whole()[..40]]);
        yield return new($"{name}: plain archive behind", () => [.. Whole(), .. Archive]);
        foreach (var kept in (int[])[3, 6, 10, 20])
            yield return new($"{name}: {kept} bytes", () => Whole()[..kept]);
        foreach (var missing in (int[])[1, 4, 9, 30])
            yield return new($"{name}: without its last {missing} bytes", () => Whole()[..^missing]);
        yield return new($"{name}: cut off in the middle", () => Whole()[..(Whole().Length / 2)]);
        yield return new($"{name}: damaged in the middle", () => Changed(Whole(), Whole().Length / 2, 0x55));
        yield return new($"{name}: damaged at its end", () => Changed(Whole(), ^2, 0x55));
        yield return new($"{name}: of an archive that is cut off", () => Compressed.Of(how, Archive.AsSpan(0, 20_000)));
        yield return new($"{name}: of an archive with junk behind", () => Compressed.Of(how, [.. Archive,
            .. "junk"u8]));
        yield return new($"{name}: of no archive", () => Compressed.Of(how, "hello"u8));
    }

    private static byte[] Changed(byte[] blob, Index at, byte by)
    {
        blob[at] ^= by;
        return blob;
    }
}
