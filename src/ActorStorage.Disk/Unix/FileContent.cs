// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Unix;

/// <summary>Copies what is in a file: by sharing its blocks, inside the kernel, or through this process.</summary>
internal static class FileContent
{
    private const long AtATime = 1L << 26;      // between two looks at the cancellation
    private const int BufferBytes = 1 << 20;

    /// <param name="target">Empty, and both files at their beginning.</param>
    internal static void Copy(IDisk disk, FileHandle source, FileHandle target, CancellationToken cancellation)
    {
        if (disk.TryClone(source, target)) return;
        long? copied;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            copied = disk.CopyRange(source, target, AtATime);
        }
        while (copied > 0);
        // Both positions are where the kernel stopped.
        if (copied is null) CopyThrough(disk, source, target, cancellation);
    }

    private static void CopyThrough(
        IDisk disk, FileHandle source, FileHandle target, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (disk.Read(source, buffer) is > 0 and var count)
            {
                cancellation.ThrowIfCancellationRequested();
                disk.Write(target, buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
