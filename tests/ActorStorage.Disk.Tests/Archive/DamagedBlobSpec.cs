// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorStorage.Disk.Archive;
using ICSharpCode.SharpZipLib.BZip2;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>
/// A blob that is cut off or has one wrong bit is refused, with the place up to which it was read, or gives the bytes
/// that it gave before: never others, and never fewer.
/// </summary>
public sealed partial class DamagedBlobSpec
{
    private const int CutsMax = 1500;
    private const int FlipsMax = 3000;
    private static readonly byte[] Content = Text(4000);
    private static readonly byte[] Skippable = [0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 9, 8, 7, 6, 5];

    private Func<BlobSource, Inflater>? _inflater;

    /// <summary>Each kind of blob; gzip with either inflater.</summary>
    public static TheoryData<string, bool> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, bool>();
            foreach (var shape in ByShape.Keys) shapes.Add(shape, false);
            foreach (var shape in ByShape.Keys.Where(shape => shape.StartsWith("gzip", StringComparison.Ordinal)))
            {
                shapes.Add(shape, true);
            }
            return shapes;
        }
    }

    /// <summary>The pieces of each blob; it may end behind each of them.</summary>
    private static Dictionary<string, Func<byte[][]>> ByShape { get; } = new(StringComparer.Ordinal)
    {
        ["gzip"] = () => [Compressed.Gzip(Content)],
        ["gzip of several members"] = () => InTwo(each => Compressed.Gzip(each)),
        ["bzip2"] = () => [Bzip2(Content)],
        ["bzip2 of several streams"] = () => InTwo(Bzip2),
        ["xz"] = () => [Compressed.Of(Compression.Xz, Content)],
        ["xz of several streams"] = () => InTwo(each => Compressed.Of(Compression.Xz, each)),
        ["zstd"] = () => [Compressed.Zstd(Content)],
        ["zstd of several frames"] = () => InTwo(each => Compressed.Zstd(each)),
        // The form of zstd:chunked: frames, then what only those look at who know of it.
        ["zstd with skippable frames"] = () =>
            [.. InTwo(each => Compressed.Zstd(each)), Skippable, Compressed.Zstd(Content.AsSpan(0, 9)), Skippable],
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Should_name_its_end_when_a_blob_is_cut_off(string shape, bool withRuntime)
    {
        if (withRuntime) _inflater = source => new RuntimeInflater(source);
        var pieces = ByShape[shape]();
        byte[] blob = [.. pieces.SelectMany(piece => piece)];
        var ends = pieces.Select((_, count) => pieces.Take(count + 1).Sum(piece => piece.Length)).ToHashSet();
        var step = Math.Max(1, blob.Length / CutsMax);
        var shortest = MagicBytes(Detected(blob));
        var whole = Whole(blob);
        for (var length = shortest; length < blob.Length; length += step)
        {
            var refusal = Refusal(blob[..length], whole, out _);
            if (ends.Contains(length)) Assert.Null(refusal);
            else Assert.Equal(length, Offset(refusal, length));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Should_never_give_other_bytes_when_one_bit_is_wrong(string shape, bool withRuntime)
    {
        if (withRuntime) _inflater = source => new RuntimeInflater(source);
        byte[] blob = [.. ByShape[shape]().SelectMany(piece => piece)];
        var whole = Whole(blob);
        var compression = Detected(blob);
        var random = new Random(blob.Length);
        var refusals = 0;
        var step = Math.Max(1, blob.Length / FlipsMax);
        for (var at = 0; at < blob.Length; at += step)
        {
            byte[] damaged = [.. blob];
            damaged[at] ^= (byte)(1 << random.Next(8));
            // Without its magic it is a blob in no compression, and no archive.
            if (Detected(damaged) != compression) continue;
            var refusal = Refusal(damaged, whole, out var given);
            if (refusal is null)
            {
                Assert.True(given.AsSpan().SequenceEqual(whole), $"other bytes with a wrong bit in byte {at}");
                continue;
            }
            refusals++;
            Assert.InRange(Offset(refusal, at), at, blob.Length);
        }
        Assert.True(refusals > blob.Length / step / 2, $"only {refusals} refusals");
    }

    [Theory]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Gzip, true)]
    [InlineData(Compression.Bzip2)]
    [InlineData(Compression.Xz)]
    [InlineData(Compression.Zstd)]
    public void Should_name_a_place_behind_the_damage_when_the_blob_is_large(
        Compression compression, bool withRuntime = false)
    {
        if (withRuntime) _inflater = source => new RuntimeInflater(source);
        var noise = new byte[5 << 20];
        new Random(7).NextBytes(noise);
        var blob = Compressed.Of(compression, noise);
        // A block of bzip2 is checked at its end; the other formats check all of this at the end.
        var late = compression == Compression.Bzip2 ? 2 << 20 : blob.Length;
        foreach (var at in (int[])[100, 1 << 20, (3 << 20) + 5])
        {
            byte[] damaged = [.. blob];
            damaged[at] ^= 0x10;
            Assert.InRange(Offset(Refusal(damaged, noise, out _), at), at, at + late);
            var cutOff = at + 11;
            Assert.Equal(cutOff, Offset(Refusal(blob[..cutOff], noise, out _), cutOff));
        }
    }

    [Theory]
    [InlineData("BZh")]
    [InlineData("BZh0")]
    [InlineData("BZhx123456")]
    public void Should_not_be_an_empty_archive_when_the_header_of_bzip2_is_wrong(string blob) =>
        Assert.NotNull(Refusal(Encoding.ASCII.GetBytes(blob), [], out _));

    /// <summary>Reads a blob, whose bytes must be those expected as far as they go.</summary>
    private StorageException? Refusal(byte[] blob, byte[] expected, out byte[] given)
    {
        using var reader = new BlobReader(new MemoryStream(blob), _inflater);
        var bytes = new MemoryStream();
        var buffer = new byte[10_000];
        try
        {
            while (reader.Read(buffer) is > 0 and var count) bytes.Write(buffer.AsSpan(0, count));
            reader.Finish();
        }
        catch (StorageException refusal)
        {
            Assert.Equal(StorageErrorKind.InvalidArchive, refusal.Kind);
            given = [];
            return refusal;
        }
        given = bytes.ToArray();
        Assert.True(expected.AsSpan().StartsWith(given), "other bytes");
        return null;
    }

    private static long Offset(StorageException? refusal, int at)
    {
        Assert.True(refusal is not null, $"not refused: {at}");
        var place = Place().Match(refusal.Message);
        Assert.True(place.Success, refusal.Message);
        return long.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static byte[] Whole(byte[] blob)
    {
        using var reader = new BlobReader(new MemoryStream(blob));
        var bytes = new MemoryStream();
        var buffer = new byte[10_000];
        while (reader.Read(buffer) is > 0 and var count) bytes.Write(buffer.AsSpan(0, count));
        return bytes.ToArray();
    }

    private static Compression Detected(byte[] blob)
    {
        using var reader = new BlobReader(new MemoryStream(blob));
        return reader.Compression;
    }

    private static int MagicBytes(Compression compression) => compression switch
    {
        Compression.Xz => 6,
        Compression.Zstd => 4,
        _ => 3,
    };

    private static byte[][] InTwo(Func<byte[], byte[]> compress) =>
        [compress(Content[..1500]), compress(Content[1500..])];

    /// <summary>With the smallest blocks, because the decoder makes room for one each time.</summary>
    private static byte[] Bzip2(byte[] bytes)
    {
        var blob = new MemoryStream();
        using (var stream = new BZip2OutputStream(blob, 1) { IsStreamOwner = false }) stream.Write(bytes);
        return blob.ToArray();
    }

    private static byte[] Text(int count)
    {
        var random = new Random(3);
        var text = new StringBuilder();
        while (text.Length < count) text.Append("word ").Append(random.Next(1000)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString(0, count));
    }

    [GeneratedRegex(" at byte ([0-9]+) of the blob")]
    private static partial Regex Place();
}
