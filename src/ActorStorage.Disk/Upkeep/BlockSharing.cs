// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Upkeep;

/// <summary>Lets files of one length share their blocks as far as the kernel finds them equal.</summary>
internal static class BlockSharing
{
    /// <summary>How many unlike files are kept to try others with: equal checksums may be made on purpose.</summary>
    private const int SourcesMax = 64;

    /// <returns>Bytes that are shared now; null when the file system cannot share at all.</returns>
    internal static long? Run(IDisk disk, IReadOnlyList<LayerFile> files, CancellationToken cancellation)
    {
        // Each of them is unlike the others.
        var sources = new List<LayerFile>();
        var sharedBytes = 0L;
        foreach (var file in files)
        {
            var isShared = false;
            foreach (var source in sources)
            {
                cancellation.ThrowIfCancellationRequested();
                if (TryShare(disk, source, file) is not { } bytes) return null;
                sharedBytes += bytes;
                isShared = bytes > 0;
                if (isShared) break;
            }
            if (!isShared && sources.Count < SourcesMax) sources.Add(file);
        }
        return sharedBytes;
    }

    private static long? TryShare(IDisk disk, LayerFile source, LayerFile target)
    {
        var sharedBytes = 0L;
        try
        {
            using var from = source.Open(disk);
            using var to = target.Open(disk);
            // A hole has no blocks to share, and the kernel would read it.
            var position = 0L;
            while (disk.NextWritten(to, position) is var (start, end))
            {
                // The kernel may stop early, and goes on when asked again.
                var bytes = disk.DeduplicateRange(from, to, start, end - start);
                if (bytes == 0) break;
                sharedBytes += bytes;
                position = start + bytes;
            }
            return sharedBytes;
        }
        catch (StorageException refused)
        {
            // Anything else is about these two files: one is gone, or has marks that forbid it.
            return refused.GetErrno() is Errno.EOPNOTSUPP or Errno.ENOTTY or Errno.ENOSYS ? null : sharedBytes;
        }
    }
}
