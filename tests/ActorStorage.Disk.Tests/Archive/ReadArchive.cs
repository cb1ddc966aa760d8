// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>A blob read to its end, with everything that came out of it.</summary>
internal sealed record ReadArchive
{
    public required List<TarEntry> Entries { get; init; }
    public required List<byte[]> Payloads { get; init; }
    public required BlobSummary Summary { get; init; }
    public required uint[] UserIds { get; init; }
    public required uint[] GroupIds { get; init; }
    public required byte[] TarSplit { get; init; }

    public TarEntry Only => Assert.Single(Entries);

    public static ReadArchive All(byte[] blob, ArchiveLimits? limits = null, int chunkMax = int.MaxValue)
    {
        using var reader = new BlobReader(new ChunkedStream(blob, chunkMax));
        var split = new MemoryStream();
        var entries = new List<TarEntry>();
        var payloads = new List<byte[]>();
        using var writer = new TarSplitWriter(split);
        using var tar = new TarReader(reader, writer, limits ?? ArchiveLimits.Default);
        while (tar.Next() is { } entry)
        {
            var payload = new MemoryStream();
            while (tar.ReadPayload() is { IsEmpty: false } piece) payload.Write(piece);
            entries.Add(entry);
            payloads.Add(payload.ToArray());
        }
        var summary = tar.Finish();
        Assert.Equal(entries.Count, tar.EntryCount);
        writer.Dispose();
        return new ReadArchive
        {
            Entries = entries,
            Payloads = payloads,
            Summary = summary,
            UserIds = [.. tar.UserIds],
            GroupIds = [.. tar.GroupIds],
            TarSplit = split.ToArray(),
        };
    }

    public static StorageException Fails(byte[] blob, ArchiveLimits? limits = null) =>
        Assert.Throws<StorageException>(() => All(blob, limits));

    /// <summary>The lines of the tar-split.</summary>
    public string[] Lines()
    {
        using var gzip = new GZipStream(new MemoryStream(TarSplit), CompressionMode.Decompress);
        using var text = new StreamReader(gzip, Encoding.UTF8);
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The archive again: segments from the tar-split, payloads from memory.</summary>
    public byte[] Rebuild()
    {
        using var records = new TarSplitReader(new MemoryStream(TarSplit));
        var archive = new MemoryStream();
        var files = 0;
        while (records.Next() is not TarSplitRecord.End and var record)
            archive.Write(record == TarSplitRecord.Segment ? records.Segment : Payloads[files++]);
        return archive.ToArray();
    }
}

/// <summary>A stream that gives no more than so many bytes at once, as a network does.</summary>
internal sealed class ChunkedStream(byte[] bytes, int chunkMax) : MemoryStream(bytes, writable: false)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, chunkMax)]);
}
