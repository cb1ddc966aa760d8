// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>A regular file of a layer.</summary>
/// <param name="Directory">Absolute path of the layer's tree.</param>
/// <param name="Path">Below that.</param>
internal sealed record LayerFile(string Directory, string Path, long SizeBytes)
{
    /// <exception cref="StorageException">It is not there any more.</exception>
    internal FileHandle Open(IDisk disk)
    {
        using var directory = disk.OpenDirectory(Directory);
        return disk.OpenFileBelow(directory, Path);
    }
}

/// <summary>
/// Finds files that are probably equal. Each file counts once, however many names it has, and empty ones do not count.
/// Only files that have a length in common with another one are read.
/// </summary>
internal sealed class EqualFiles(IDisk disk, DedupHash method, CancellationToken cancellation)
{
    private const int PathMax = 4096;
    private const int TriedMax = 64;
    private const int BufferBytes = 1 << 20;
    private const int BlockBytes = 4096;
    private readonly Dictionary<long, List<LayerFile>> _bySize = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _seen = [];

    /// <summary>All files below a directory.</summary>
    internal void Add(string directory)
    {
        try
        {
            using var root = disk.OpenDirectory(directory);
            Add(directory, root);
        }
        catch (StorageException)
        {
            // The layer is being deleted, or is damaged: what was found of it until then may be shared all the same.
        }
    }

    /// <summary>Two or more each.</summary>
    internal IEnumerable<IReadOnlyList<LayerFile>> Find()
    {
        foreach (var same in _bySize.Values.Where(files => files.Count > 1))
        {
            // More are not tried each with each other, which takes the square of their number: a checksum tells first.
            if (method == DedupHash.Size && same.Count <= TriedMax)
            {
                yield return same;
                continue;
            }
            var hashed = same.Select(file => (File: file, Hash: TryHash(file))).Where(each => each.Hash is not null);
            foreach (var group in hashed.GroupBy(each => each.Hash, each => each.File, StringComparer.Ordinal))
            {
                var equal = group.ToList();
                if (equal.Count > 1) yield return equal;
            }
        }
    }

    private void Add(string directory, DirectoryHandle root)
    {
        using var walk = new TreeWalk(disk, root);
        while (walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (walk.IsLeaving) continue;
            var (status, path) = (walk.Status, walk.Path);
            if (status.IsDirectory)
            {
                // Nobody could open what lies deeper.
                if (path.Length > PathMax) walk.Skip();
            }
            else if (status is { Kind: FileKind.Regular, SizeBytes: > 0 } && _seen.Add((status.Device, status.Inode)))
            {
                if (!_bySize.TryGetValue(status.SizeBytes, out var same)) _bySize.Add(status.SizeBytes, same = []);
                same.Add(new LayerFile(directory, path, status.SizeBytes));
            }
        }
    }

    /// <summary>Null when the file cannot be read any more.</summary>
    private string? TryHash(LayerFile file)
    {
        try
        {
            using var handle = file.Open(disk);
            return method == DedupHash.Sha256 ? Sha256Of(handle) : CrcOf(handle);
        }
        catch (StorageException)
        {
            // Deleted, damaged, or deeper than a path can be: what cannot be read has nothing to share.
            return null;
        }
    }

    private string CrcOf(FileHandle file)
    {
        var sum = new Crc64();
        ReadAll(file, sum.Append);
        return Convert.ToHexString(sum.GetCurrentHash());
    }

    private string Sha256Of(FileHandle file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadAll(file, hash.AppendData);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>
    /// The blocks that are not all zeros, each behind its place: the same for equal files, whether zeros are written or
    /// a hole, and a hole of terabytes takes no time.
    /// </summary>
    private void ReadAll(FileHandle file, ReadBytes take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var position = 0L;
            while (disk.NextWritten(file, position) is var (start, _))
            {
                position = Math.Max(position, start / BlockBytes * BlockBytes);
                cancellation.ThrowIfCancellationRequested();
                var count = disk.ReadAt(file, position, buffer.AsSpan(0, BufferBytes));
                if (count == 0) return;
                TakeBlocks(position, buffer.AsSpan(0, count), take);
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void TakeBlocks(long position, ReadOnlySpan<byte> bytes, ReadBytes take)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        for (var at = 0; at < bytes.Length; at += BlockBytes)
        {
            var block = bytes[at..Math.Min(at + BlockBytes, bytes.Length)];
            if (!block.ContainsAnyExcept((byte)0)) continue;
            BinaryPrimitives.WriteInt64LittleEndian(place, position + at);
            take(place);
            take(block);
        }
    }

    private delegate void ReadBytes(ReadOnlySpan<byte> bytes);
}
