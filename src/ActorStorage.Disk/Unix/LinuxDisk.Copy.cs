// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <content>Bytes that go from file to file without coming here, and blocks that files share.</content>
public sealed partial class LinuxDisk
{
    public unsafe int ReadAt(FileHandle file, long offset, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Syscall.pread(file.Descriptor, start, (ulong)buffer.Length, offset);
                if (count >= 0) return (int)count;
                var errno = Stdlib.GetLastError();
                if (errno != Errno.EINTR) throw Failure.Of("read", file.Path, errno);
            }
        }
    }

    public (long Start, long End)? NextWritten(FileHandle file, long offset)
    {
        var start = NativeMethods.Seek(file.Descriptor, offset, NativeMethods.SeekData);
        if (start < 0)
        {
            var errno = Stdlib.GetLastError();
            if (errno == Errno.ENXIO) return null;
            if (errno != Errno.EINVAL) throw Failure.Of("lseek", file.Path, errno);
            // A file system that was never taught to answer.
            start = offset;
        }
        var end = NativeMethods.Seek(file.Descriptor, start, NativeMethods.SeekHole);
        if (end < 0) end = Status(file).SizeBytes;
        // Somebody may have cut the file in between.
        return start < end ? (start, end) : null;
    }

    public void MoveTo(FileHandle file, long position)
    {
        if (NativeMethods.Seek(file.Descriptor, position, NativeMethods.SeekSet) < 0)
            throw Failure.Of("lseek", file.Path);
    }

    public bool TryClone(FileHandle source, FileHandle target)
    {
        if (NativeMethods.CloneFile(target.Descriptor, NativeMethods.Clone, source.Descriptor) == 0) return true;
        var errno = Stdlib.GetLastError();
        return IsUnable(errno) ? false : throw Failure.Of("clone", target.Path, errno);
    }

    public long? CopyRange(FileHandle source, FileHandle target, long lengthBytes)
    {
        while (true)
        {
            var count = NativeMethods.CopyFileRange(
                source.Descriptor, IntPtr.Zero, target.Descriptor, IntPtr.Zero, (nuint)lengthBytes, 0);
            if (count >= 0) return count;
            var errno = Stdlib.GetLastError();
            if (IsUnable(errno)) return null;
            if (errno != Errno.EINTR) throw Failure.Of("copy_file_range", target.Path, errno);
        }
    }

    public long DeduplicateRange(FileHandle source, FileHandle target, long offset, long lengthBytes)
    {
        var range = new NativeMethods.DedupeRange
        {
            SourceOffset = (ulong)offset,
            SourceLength = (ulong)lengthBytes,
            TargetCount = 1,
            Target = target.Descriptor,
            TargetOffset = (ulong)offset,
        };
        if (NativeMethods.Deduplicate(source.Descriptor, NativeMethods.DedupeFileRange, ref range) != 0)
            throw Refusal(Stdlib.GetLastError());
        // The status is of this one target: 0, that the bytes differ, or a negated errno.
        return range.Status switch
        {
            0 => (long)range.DeduplicatedBytes,
            NativeMethods.DedupeDiffers => 0,
            var negated => throw Refusal(NativeConvert.ToErrno(-negated)),
        };

        StorageException Refusal(Errno errno) => IsUnable(errno)
            ? new StorageException(new StorageError(
                StorageErrorKind.NotSupported, $"{target.Path}: blocks cannot be shared here: {errno}", target.Path,
                NativeConvert.FromErrno(errno)))
            : Failure.Of("deduplicate", target.Path, errno);
    }

    /// <summary>
    /// What kernels answer for two files that they cannot do this for: different file systems, one that has no such
    /// call, or files that are not regular ones on a disk.
    /// </summary>
    private static bool IsUnable(Errno errno) => errno is Errno.EOPNOTSUPP or Errno.ENOTTY or Errno.EXDEV
        or Errno.EINVAL or Errno.ENOSYS or Errno.EBADF or Errno.ETXTBSY;
}

/// <content>ioctl(2), lseek(2) and copy_file_range(2) for sharing and copying.</content>
internal static partial class NativeMethods
{
    internal const ulong Clone = 0x40049409;                // FICLONE
    internal const ulong DedupeFileRange = 0xc0189436;      // FIDEDUPERANGE
    internal const int DedupeDiffers = 1;
    internal const int SeekSet = 0;
    internal const int SeekData = 3;
    internal const int SeekHole = 4;

    /// <summary>struct file_dedupe_range with room for one target.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct DedupeRange
    {
        internal ulong SourceOffset;
        internal ulong SourceLength;
        internal ushort TargetCount;
        internal ushort Reserved1;
        internal uint Reserved2;
        internal long Target;
        internal ulong TargetOffset;
        internal ulong DeduplicatedBytes;
        internal int Status;
        internal uint Reserved3;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int CloneFile(int target, ulong request, int source);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Deduplicate(int source, ulong request, ref DedupeRange range);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    internal static partial nint CopyFileRange(
        int source, IntPtr sourceOffset, int target, IntPtr targetOffset, nuint length, uint flags);
}
