// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Upkeep;

/// <summary>Whether the items of big data that a record names are there, can be read and are as long as
/// recorded.</summary>
/// <param name="kind">Of the record, as the lines call it: <c>layer</c>, <c>image</c>, <c>container</c>.</param>
internal sealed class DataCheck(CheckJob job, string kind, CheckFindings findings)
{
    private const int BufferBytes = 1 << 20;

    /// <param name="directories">Where the record's own directory may lie; the first that has one counts.</param>
    /// <param name="sizeOf">The recorded size of an item; null for kinds of records that have none.</param>
    internal void Run(
        IReadOnlyList<string> directories, string id, IEnumerable<string> keys, Func<string, long>? sizeOf)
    {
        foreach (var key in keys)
        {
            if (Fault(directories, id, key, sizeOf?.Invoke(key)) is not { } fault) continue;
            findings.Add(id, $"data item {Quoted.Text(key)}: {fault}");
        }
    }

    private string? Fault(IReadOnlyList<string> directories, string id, string key, long? sizeBytes)
    {
        var missing = $"{kind} data item is missing";
        try
        {
            // An id that leads elsewhere, from a record of some other tool, has no data here.
            if (RecordId.Fault(id) is not null || Open(directories, id) is not { } data) return missing;
            using (data)
            using (var file = job.Disk.OpenFile(data, BigDataFile.Name(key)))
            {
                var read = ReadAll(file);
                return sizeBytes is { } expected && read != expected
                    ? $"{kind} data item has incorrect size"
                    : null;
            }
        }
        catch (StorageException failure)
        {
            return failure.GetErrno() is Errno.ENOENT or Errno.ENOTDIR
                ? missing
                : failure.Message;
        }
    }

    private DirectoryHandle? Open(IReadOnlyList<string> directories, string id)
    {
        foreach (var path in directories)
        {
            if (TryOpen(path) is not { } directory) continue;
            using (directory)
            {
                if (job.Disk.Status(directory, id) is not null) return job.Disk.OpenDirectory(directory, id);
            }
        }
        return null;
    }

    /// <summary>Null when the store has no such directory.</summary>
    private DirectoryHandle? TryOpen(string path)
    {
        try
        {
            return job.Disk.OpenDirectory(path);
        }
        catch (StorageException missing) when (missing.GetErrno() is Errno.ENOENT)
        {
            return null;
        }
    }

    private long ReadAll(FileHandle file)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var bytes = 0L;
            while (job.Disk.Read(file, buffer) is > 0 and var count)
            {
                job.Cancellation.ThrowIfCancellationRequested();
                bytes += count;
            }
            return bytes;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
