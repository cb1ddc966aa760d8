// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.IO.Hashing;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>Rebuilds the archive a layer was made from, bit for bit.</summary>
public static class TarSplitDiff
{
    private const int BufferBytes = 1 << 20;

    /// <param name="files">The layer's files. No name leads out of a directory, whatever symbolic links there are.
    /// </param>
    /// <param name="tarSplit">The gzipped tar-split. It stays open, as the output does.</param>
    /// <exception cref="StorageException">Corrupt: a file is missing or is not the one that was unpacked, or the
    /// tar-split is damaged. What was written until then is no archive.</exception>
    public static void Run(
        IDisk disk, LayerFiles files, Stream tarSplit, Stream output, CancellationToken cancellation) =>
        Run(disk, files, tarSplit, output, offset: 0, cancellation);

    /// <summary>
    /// Likewise from one byte of the archive on. What ends before it is not opened; the file that it lies in is read
    /// from there, and so its checksum is not compared: whoever puts the parts together knows the digest of the whole.
    /// </summary>
    /// <param name="offset">At the archive's end or behind it nothing is written.</param>
    /// <exception cref="StorageException">As the other.</exception>
    public static void Run(
        IDisk disk, LayerFiles files, Stream tarSplit, Stream output, long offset, CancellationToken cancellation)
    {
        var skip = offset;
        using var records = new TarSplitReader(tarSplit);
        var job = new Job(disk, files, ArrayPool<byte>.Shared.Rent(BufferBytes), cancellation);
        try
        {
            while (records.Next() is not TarSplitRecord.End and var record)
            {
                cancellation.ThrowIfCancellationRequested();
                if (record == TarSplitRecord.Segment) skip -= Emit(records.Segment, skip, output);
                else if (records.IsStored) skip -= Emit(job, records, skip, output);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(job.Buffer);
        }
    }

    /// <returns>How much of it was skipped.</returns>
    private static long Emit(ReadOnlySpan<byte> segment, long skip, Stream output)
    {
        var skipped = (int)Math.Min(skip, segment.Length);
        if (skipped < segment.Length) output.Write(segment[skipped..]);
        return skipped;
    }

    /// <inheritdoc cref="Emit(ReadOnlySpan{byte}, long, Stream)"/>
    private static long Emit(Job job, TarSplitReader record, long skip, Stream output)
    {
        if (skip >= record.SizeBytes) return record.SizeBytes;
        using var file = job.Files.Open(record.Name);
        // A file of another length is told without reading it: an archive of some bytes can leave one of terabytes.
        if (file is null || job.Disk.Status(file).SizeBytes != record.SizeBytes) throw Corrupt(record.Name);
        if (skip > 0) job.Disk.MoveTo(file, skip);
        var (copied, sum) = Copy(job, file, record.SizeBytes - skip, output);
        if (copied != record.SizeBytes - skip || skip == 0 && sum != record.Crc64) throw Corrupt(record.Name);
        return skip;
    }

    private static (long Bytes, ulong Crc64) Copy(Job job, FileHandle file, long sizeBytes, Stream output)
    {
        Crc64 sum = TarSplitChecksum.Create();
        var left = sizeBytes;
        while (left > 0 && job.Disk.Read(file, Piece(job, left)) is > 0 and var count)
        {
            job.Cancellation.ThrowIfCancellationRequested();
            sum.Append(job.Buffer.AsSpan(0, count));
            output.Write(job.Buffer.AsSpan(0, count));
            left -= count;
        }
        return (sizeBytes - left, sum.GetCurrentHashAsUInt64());
    }

    private static Span<byte> Piece(Job job, long left) =>
        job.Buffer.AsSpan(0, (int)Math.Min(left, job.Buffer.Length));

    private static StorageException Corrupt(string name) =>
        new(StorageErrorKind.Corrupt, $"file integrity checksum failed for {Quoted.Text(name)}");

    private sealed record Job(IDisk Disk, LayerFiles Files, byte[] Buffer, CancellationToken Cancellation);
}
