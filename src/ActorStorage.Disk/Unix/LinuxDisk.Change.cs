// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <content>Creating, writing, moving, removing, syncing.</content>
public sealed partial class LinuxDisk
{
    public void MakeDirectory(DirectoryHandle at, string name, uint mode) =>
        Check(Syscall.mkdirat(at.Descriptor, name, (FilePermissions)mode), "mkdir", at, name);

    public FileHandle CreateFile(DirectoryHandle at, string name, uint mode)
    {
        var path = PathOf(at, name);
        var flags = Always | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW;
        var descriptor = Syscall.openat(at.Descriptor, name, flags, (FilePermissions)mode);
        return descriptor >= 0 ? new FileHandle(descriptor, path) : throw Failure.Of("open", path);
    }

    public unsafe FileHandle? CreateUnnamed(DirectoryHandle at, uint mode)
    {
        const int Flags = NativeMethods.OpenTemporaryFile | NativeMethods.OpenReadWrite | NativeMethods.OpenCloseOnExec;
        fixed (byte* here = "."u8)
        {
            var descriptor = NativeMethods.OpenAt(at.Descriptor, here, Flags, mode);
            if (descriptor >= 0) return new FileHandle(descriptor, at.Path);
        }
        var errno = Stdlib.GetLastError();
        // EISDIR and EINVAL are the answers of kernels and file systems that do not know the flag.
        return errno is Errno.EOPNOTSUPP or Errno.EISDIR or Errno.EINVAL
            ? null
            : throw Failure.Of("open", at.Path, errno);
    }

    public void LinkUnnamed(FileHandle file, DirectoryHandle at, string name)
    {
        var source = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Descriptor}");
        Check(
            Syscall.linkat(CurrentDirectory, source, at.Descriptor, name, AtFlags.AT_SYMLINK_FOLLOW), "link", at, name);
    }

    public void MakeSymlink(string target, DirectoryHandle at, string name) =>
        Check(Syscall.symlinkat(target, at.Descriptor, name), "symlink", at, name);

    public void MakeLink(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName) =>
        Check(Syscall.linkat(fromAt.Descriptor, fromName, toAt.Descriptor, toName, 0), "link", toAt, toName);

    public void MakeNode(DirectoryHandle at, string name, FileKind kind, uint mode, uint major, uint minor)
    {
        var type = kind switch
        {
            FileKind.CharacterDevice => FilePermissions.S_IFCHR,
            FileKind.BlockDevice => FilePermissions.S_IFBLK,
            FileKind.Fifo => FilePermissions.S_IFIFO,
            FileKind.Socket => FilePermissions.S_IFSOCK,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a node"),
        };
        Check(Syscall.mknodat(at.Descriptor, name, type | (FilePermissions)mode, DeviceNumbers.Make(major, minor)),
            "mknod", at, name);
    }

    public unsafe void Write(FileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var written = 0; written < bytes.Length;)
            {
                var count = Syscall.write(file.Descriptor, start + written, (ulong)(bytes.Length - written));
                if (count >= 0)
                {
                    written += (int)count;
                    continue;
                }
                var errno = Stdlib.GetLastError();
                if (errno != Errno.EINTR) throw Failure.Of("write", file.Path, errno);
            }
        }
    }

    public unsafe void WriteAt(FileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var written = 0; written < bytes.Length;)
            {
                var left = (ulong)(bytes.Length - written);
                var count = Syscall.pwrite(file.Descriptor, start + written, left, offset + written);
                if (count > 0)
                {
                    written += (int)count;
                    continue;
                }
                var errno = count == 0 ? Errno.ENOSPC : Stdlib.GetLastError();
                if (errno != Errno.EINTR) throw Failure.Of("write", file.Path, errno);
            }
        }
    }

    public void WriteHole(FileHandle file, long lengthBytes)
    {
        var end = Syscall.lseek(file.Descriptor, lengthBytes, SeekFlags.SEEK_CUR);
        if (end < 0) throw Failure.Of("lseek", file.Path);
        Check(Syscall.ftruncate(file.Descriptor, end), "ftruncate", file.Path);
    }

    public void SetOwner(DirectoryHandle at, string name, uint userId, uint groupId) => Check(
        Syscall.fchownat(at.Descriptor, name, userId, groupId, AtFlags.AT_SYMLINK_NOFOLLOW), "lchown", at, name);

    public void SetOwner(DirectoryHandle directory, uint userId, uint groupId) =>
        Check(Syscall.fchown(directory.Descriptor, userId, groupId), "chown", directory.Path);

    public void SetOwner(FileHandle file, uint userId, uint groupId) =>
        Check(Syscall.fchown(file.Descriptor, userId, groupId), "chown", file.Path);

    public void SetMode(DirectoryHandle at, string name, uint mode)
    {
        // fchmodat(2) follows symbolic links; a handle of the name itself does not, and chmod of a link's handle fails.
        var descriptor = NativeMethods.OpenPath(at.Descriptor, name);
        if (descriptor < 0) throw Failure.Of("open", PathOf(at, name));
        using var handle = new FileHandle(descriptor, PathOf(at, name));
        var self = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
        Check(Syscall.chmod(self, (FilePermissions)mode), "chmod", at, name);
    }

    public void SetMode(DirectoryHandle directory, uint mode) =>
        Check(Syscall.fchmod(directory.Descriptor, (FilePermissions)mode), "chmod", directory.Path);

    public void SetMode(FileHandle file, uint mode) =>
        Check(Syscall.fchmod(file.Descriptor, (FilePermissions)mode), "chmod", file.Path);

    public void SetTimes(DirectoryHandle at, string name, FileTime accessedAt, FileTime modifiedAt) => Check(
        Syscall.utimensat(at.Descriptor, name, Times(accessedAt, modifiedAt), AtFlags.AT_SYMLINK_NOFOLLOW),
        "utimensat", at, name);

    public void SetTimes(DirectoryHandle directory, FileTime accessedAt, FileTime modifiedAt) => Check(
        Syscall.futimens(directory.Descriptor, Times(accessedAt, modifiedAt)), "futimens", directory.Path);

    public void SetTimes(FileHandle file, FileTime accessedAt, FileTime modifiedAt) =>
        Check(Syscall.futimens(file.Descriptor, Times(accessedAt, modifiedAt)), "futimens", file.Path);

    public void SetTimesBelow(DirectoryHandle root, string path, FileTime accessedAt, FileTime modifiedAt)
    {
        using var place = OpenPlace(root, path);
        Check(
            Syscall.utimensat(CurrentDirectory, ThroughProc(place), Times(accessedAt, modifiedAt), 0),
            "utimensat", place.Path);
    }

    public void SetXattr(DirectoryHandle at, string name, string attribute, ReadOnlySpan<byte> value) => Check(
        Syscall.lsetxattr(ThroughProc(at, name), attribute, value.ToArray()), $"setxattr {attribute}", at, name);

    public void SetXattr(DirectoryHandle directory, string attribute, ReadOnlySpan<byte> value) => Check(
        Syscall.fsetxattr(directory.Descriptor, attribute, value.ToArray()), $"setxattr {attribute}", directory.Path);

    public void SetXattr(FileHandle file, string attribute, ReadOnlySpan<byte> value) => Check(
        Syscall.fsetxattr(file.Descriptor, attribute, value.ToArray()), $"setxattr {attribute}", file.Path);

    public void SetXattrBelow(DirectoryHandle root, string path, string attribute, ReadOnlySpan<byte> value)
    {
        using var place = OpenPlace(root, path);
        Check(Syscall.setxattr(ThroughProc(place), attribute, value.ToArray()), $"setxattr {attribute}", place.Path);
    }

    public bool RemoveXattr(DirectoryHandle directory, string attribute)
    {
        if (Syscall.fremovexattr(directory.Descriptor, attribute) == 0) return true;
        var errno = Stdlib.GetLastError();
        return errno is Errno.ENODATA or Errno.EOPNOTSUPP
            ? false
            : throw Failure.Of($"removexattr {attribute}", directory.Path, errno);
    }

    public void Rename(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName)
    {
        if (Syscall.renameat(fromAt.Descriptor, fromName, toAt.Descriptor, toName) == 0) return;
        throw Failure.Of("rename", $"{PathOf(fromAt, fromName)} {PathOf(toAt, toName)}");
    }

    public bool RemoveFile(DirectoryHandle at, string name) => Remove(at, name, 0, "unlink");

    public bool RemoveDirectory(DirectoryHandle at, string name) => Remove(at, name, AtFlags.AT_REMOVEDIR, "rmdir");

    public void Sync(FileHandle file) => Check(Syscall.fsync(file.Descriptor), "fsync", file.Path);

    public void SyncData(FileHandle file) => Check(Syscall.fdatasync(file.Descriptor), "fdatasync", file.Path);

    public void Sync(DirectoryHandle directory) => Check(Syscall.fsync(directory.Descriptor), "fsync", directory.Path);

    public void SyncFileSystem(DirectoryHandle directory) =>
        Check(NativeMethods.SyncFileSystem(directory.Descriptor), "syncfs", directory.Path);

    /// <summary>A handle that can be used in paths but not read: nothing happens to what it stands for.</summary>
    private static FileHandle OpenPlace(DirectoryHandle root, string path) =>
        new(ConfinedOpen.Open(root, path, NativeMethods.OpenPathOnly), PathOf(root, path));

    private static string ThroughProc(FileHandle file) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Descriptor}");

    private static bool Remove(DirectoryHandle at, string name, AtFlags flags, string call)
    {
        if (Syscall.unlinkat(at.Descriptor, name, flags) == 0) return true;
        var errno = Stdlib.GetLastError();
        return errno is Errno.ENOENT ? false : throw Failure.Of(call, PathOf(at, name), errno);
    }

    private static Timespec[] Times(FileTime accessedAt, FileTime modifiedAt) =>
    [
        new() { tv_sec = accessedAt.Seconds, tv_nsec = accessedAt.Nanoseconds },
        new() { tv_sec = modifiedAt.Seconds, tv_nsec = modifiedAt.Nanoseconds },
    ];

    private static void Check(int result, string call, DirectoryHandle at, string name)
    {
        if (result != 0) throw Failure.Of(call, PathOf(at, name));
    }

    private static void Check(int result, string call, string path)
    {
        if (result != 0) throw Failure.Of(call, path);
    }
}
