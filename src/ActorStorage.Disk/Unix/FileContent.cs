// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// Copies what is in a file: by sharing its blocks, inside the kernel, or through this process. Holes stay holes: an
/// archive of some bytes can make one that fills any disk when it is copied as zeros.
/// </summary>
internal static class FileContent
{
    private const long AtATime = 1L << 26;      // between two looks at the cancellation
    private const int BufferBytes = 1 << 20;

    /// <param name="target">Empty, and both files at their beginning.</param>
    internal static void Copy(IDisk disk, FileHandle source, FileHandle target, CancellationToken cancellation)
    {
        if (disk.TryClone(source, target)) return;
        var sizeBytes = disk.Status(source).SizeBytes;
        // Files of the kernel itself say that they are empty.
        if (sizeBytes == 0) CopyThrough(disk, source, target, long.MaxValue, cancellation);
        else CopyRange(disk, source, 0, sizeBytes, target, cancellation);
    }

    /// <summary>Appends a part of one file to another, at whose end the position is.</summary>
    internal static void CopyRange(
        IDisk disk, FileHandle source, long offset, long lengthBytes, FileHandle target,
        CancellationToken cancellation)
    {
        var (position, last) = (offset, offset + lengthBytes);
        while (position < last)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, end) = disk.NextWritten(source, position) ?? (last, last);
            (start, end) = (Math.Min(start, last), Math.Min(end, last));
            if (start > position) disk.WriteHole(target, start - position);
            disk.MoveTo(source, start);
            position = start + CopyPiece(disk, source, target, end - start, cancellation);
            // It became shorter meanwhile.
            if (position < end) return;
        }
    }

    /// <returns>Fewer bytes than asked for when the source ends before.</returns>
    private static long CopyPiece(
        IDisk disk, FileHandle source, FileHandle target, long lengthBytes, CancellationToken cancellation)
    {
        var left = lengthBytes;
        while (left > 0 && disk.CopyRange(source, target, Math.Min(left, AtATime)) is > 0 and var copied)
        {
            cancellation.ThrowIfCancellationRequested();
            left -= copied;
        }
        // Both positions are where the kernel stopped, because it cannot, or cannot tell that there is more.
        return lengthBytes - left + CopyThrough(disk, source, target, left, cancellation);
    }

    private static long CopyThrough(
        IDisk disk, FileHandle source, FileHandle target, long lengthBytes, CancellationToken cancellation)
    {
        var left = lengthBytes;
        if (left == 0) return 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (left > 0
                && disk.Read(source, buffer.AsSpan(0, (int)Math.Min(left, BufferBytes))) is > 0 and var count)
            {
                cancellation.ThrowIfCancellationRequested();
                disk.Write(target, buffer.AsSpan(0, count));
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return lengthBytes - left;
    }
}
