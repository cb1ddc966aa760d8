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
        IDisk disk, LayerFiles files, Stream tarSplit, Stream output, CancellationToken cancellation)
    {
        using var records = new TarSplitReader(tarSplit);
        var job = new Job(disk, files, ArrayPool<byte>.Shared.Rent(BufferBytes), cancellation);
        try
        {
            while (records.Next() is not TarSplitRecord.End and var record)
            {
                cancellation.ThrowIfCancellationRequested();
                if (record == TarSplitRecord.Segment) output.Write(records.Segment);
                else if (records.SizeBytes > 0) Emit(job, records, output);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(job.Buffer);
        }
    }

    private static void Emit(Job job, TarSplitReader record, Stream output)
    {
        // A checksum of zero is that of no bytes: a link or a directory whose header had a size, which meant nothing.
        // One file in 2^64 has it too, or one made to, so its content is tried before it is left out.
        if (record.Crc64 == 0 && !HasContent(job, record)) return;
        using var file = job.Files.Open(record.Name) ?? throw Corrupt(record.Name);
        if (Copy(job, file, output) != record.Crc64) throw Corrupt(record.Name);
    }

    private static bool HasContent(Job job, TarSplitReader record)
    {
        using var file = job.Files.Open(record.Name);
        return file is not null
            && job.Disk.Status(file).SizeBytes == record.SizeBytes
            && Copy(job, file, Stream.Null) == 0;
    }

    private static ulong Copy(Job job, FileHandle file, Stream output)
    {
        Crc64 sum = TarSplitChecksum.Create();
        while (job.Disk.Read(file, job.Buffer) is > 0 and var count)
        {
            job.Cancellation.ThrowIfCancellationRequested();
            sum.Append(job.Buffer.AsSpan(0, count));
            output.Write(job.Buffer.AsSpan(0, count));
        }
        return sum.GetCurrentHashAsUInt64();
    }

    private static StorageException Corrupt(string name) =>
        new(StorageErrorKind.Corrupt, $"file integrity checksum failed for {Quoted.Text(name)}");

    private sealed record Job(IDisk Disk, LayerFiles Files, byte[] Buffer, CancellationToken Cancellation);
}
