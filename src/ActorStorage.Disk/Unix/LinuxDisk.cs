// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>The real disk: opening, reading and listing. The other parts hold what changes something.</summary>
public sealed partial class LinuxDisk : IDisk
{
    private const OpenFlags Always = OpenFlags.O_CLOEXEC | OpenFlags.O_NOCTTY;
    private const OpenFlags Directory = Always | OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    private const int CurrentDirectory = -100;      // AT_FDCWD; unused with absolute paths

    private const int StatusBlockBytes = 512;

    public DirectoryHandle OpenDirectory(string absolutePath)
    {
        var descriptor = Open(() => Syscall.openat(CurrentDirectory, absolutePath, Directory, 0), absolutePath);
        return new DirectoryHandle(descriptor, absolutePath);
    }

    public DirectoryHandle OpenDirectory(DirectoryHandle at, string name)
    {
        var path = PathOf(at, name);
        var descriptor = Open(() => Syscall.openat(at.Descriptor, name, Directory | OpenFlags.O_NOFOLLOW, 0), path);
        return new DirectoryHandle(descriptor, path);
    }

    public DirectoryHandle OpenBelow(DirectoryHandle root, string path) =>
        new(ConfinedOpen.Open(root, path, NativeConvert.FromOpenFlags(Directory)), PathOf(root, path));

    public FileHandle OpenFileBelow(DirectoryHandle root, string path) => OpenHarmless(
        ConfinedOpen.Open(root, path, NativeMethods.OpenPathOnly), PathOf(root, path));

    public FileHandle OpenFile(DirectoryHandle at, string name) =>
        OpenHarmless(Open(() => NativeMethods.OpenPath(at.Descriptor, name), PathOf(at, name)), PathOf(at, name));

    public FileStatus? Status(DirectoryHandle at, string name)
    {
        if (Syscall.fstatat(at.Descriptor, name, out var status, AtFlags.AT_SYMLINK_NOFOLLOW) == 0) return From(status);
        var errno = Stdlib.GetLastError();
        return errno is Errno.ENOENT ? null : throw Failure.Of("lstat", PathOf(at, name), errno);
    }

    public FileStatus Status(DirectoryHandle directory) => Status(directory.Descriptor, directory.Path);

    public FileStatus Status(FileHandle file) => Status(file.Descriptor, file.Path);

    public IReadOnlyList<string> List(DirectoryHandle directory)
    {
        // A descriptor of its own, because reading moves its position.
        var descriptor = Open(() => Syscall.openat(directory.Descriptor, ".", Directory, 0), directory.Path);
        try
        {
            return DirectoryEntries.Read(descriptor, directory.Path);
        }
        finally
        {
            _ = Syscall.close(descriptor);
        }
    }

    public string ReadLink(DirectoryHandle at, string name)
    {
        var buffer = new byte[4096];        // PATH_MAX: no link is longer
        var length = Syscall.readlinkat(at.Descriptor, name, buffer);
        return length >= 0
            ? FileName.Decode(buffer.AsSpan(0, (int)length))
            : throw Failure.Of("readlink", PathOf(at, name));
    }

    public unsafe int Read(FileHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Syscall.read(file.Descriptor, start, (ulong)buffer.Length);
                if (count >= 0) return (int)count;
                var errno = Stdlib.GetLastError();
                if (errno != Errno.EINTR) throw Failure.Of("read", file.Path, errno);
            }
        }
    }

    public long FreeBytes(DirectoryHandle directory)
    {
        if (Syscall.fstatvfs(directory.Descriptor, out var status) != 0) throw Failure.Of("statvfs", directory.Path);
        var blocks = status.f_bavail;
        return (long)Math.Min(blocks, long.MaxValue / status.f_frsize) * (long)status.f_frsize;
    }

    public byte[]? Xattr(DirectoryHandle at, string name, string attribute)
    {
        var found = Syscall.lgetxattr(ThroughProc(at, name), attribute, out var value);
        return found >= 0 ? value ?? [] : MissingXattr(PathOf(at, name));
    }

    public byte[]? Xattr(DirectoryHandle directory, string attribute)
    {
        var found = Syscall.fgetxattr(directory.Descriptor, attribute, out var value);
        return found >= 0 ? value ?? [] : MissingXattr(directory.Path);
    }

    public IReadOnlyList<string> XattrNames(DirectoryHandle at, string name)
    {
        var found = Syscall.llistxattr(ThroughProc(at, name), out var names);
        if (found >= 0) return names ?? [];
        var errno = Stdlib.GetLastError();
        return errno is Errno.EOPNOTSUPP ? [] : throw Failure.Of("listxattr", PathOf(at, name), errno);
    }

    /// <summary>
    /// Opens what a handle without rights stands for, if that is a file or a directory. To open a device is to use it,
    /// and layers hold device files of whoever made them: they must be known before they are opened.
    /// </summary>
    private static FileHandle OpenHarmless(int descriptor, string path)
    {
        try
        {
            switch (Status(descriptor, path).Kind)
            {
                case FileKind.Regular or FileKind.Directory:
                    var flags = NativeConvert.FromOpenFlags(Always | OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
                    return new FileHandle(Open(() => NativeMethods.Reopen(descriptor, flags), path), path);
                case FileKind.Symlink:
                    throw Failure.Of("open", path, Errno.ELOOP);
                default:
                    throw Failure.Of("open", path, Errno.ENXIO);
            }
        }
        finally
        {
            _ = Syscall.close(descriptor);
        }
    }

    private static byte[]? MissingXattr(string path)
    {
        var errno = Stdlib.GetLastError();
        return errno is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw Failure.Of("getxattr", path, errno);
    }

    private static FileStatus Status(int descriptor, string path) =>
        Syscall.fstat(descriptor, out var status) == 0 ? From(status) : throw Failure.Of("fstat", path);

    private static FileStatus From(Stat status) => new(
        (status.st_mode & FilePermissions.S_IFMT) switch
        {
            FilePermissions.S_IFDIR => FileKind.Directory,
            FilePermissions.S_IFLNK => FileKind.Symlink,
            FilePermissions.S_IFCHR => FileKind.CharacterDevice,
            FilePermissions.S_IFBLK => FileKind.BlockDevice,
            FilePermissions.S_IFIFO => FileKind.Fifo,
            FilePermissions.S_IFSOCK => FileKind.Socket,
            _ => FileKind.Regular,
        },
        (uint)(status.st_mode & ~FilePermissions.S_IFMT),
        status.st_uid,
        status.st_gid,
        status.st_size,
        new FileTime(status.st_mtime, status.st_mtime_nsec),
        status.st_rdev,
        status.st_dev,
        status.st_ino,
        status.st_nlink)
    {
        AllocatedBytes = status.st_blocks * StatusBlockBytes,
    };

    /// <summary>
    /// A path for the calls that have no variant with a directory handle: the kernel goes through the handle itself,
    /// and these calls do not follow the last component.
    /// </summary>
    private static string ThroughProc(DirectoryHandle at, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{at.Descriptor}/{name}");

    private static string PathOf(DirectoryHandle at, string name) => $"{at.Path}/{name}";

    /// <summary>
    /// The errno is asked for once: the first question in a process binds a library, which itself makes calls and so
    /// loses what a second question would ask for.
    /// </summary>
    private static int Open(Func<int> call, string path)
    {
        while (true)
        {
            var descriptor = call();
            if (descriptor >= 0) return descriptor;
            var errno = Stdlib.GetLastError();
            if (errno != Errno.EINTR) throw Failure.Of("open", path, errno);
        }
    }
}
