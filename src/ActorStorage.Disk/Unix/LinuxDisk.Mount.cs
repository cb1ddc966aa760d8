// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <content>Mounts.</content>
public sealed partial class LinuxDisk
{
    public DirectoryHandle OpenApart(string absolutePath)
    {
        var tree = (int)NativeMethods.OpenTreeCall(
            NativeMethods.OpenTree, CurrentDirectory, absolutePath, NativeMethods.OpenTreeClone);
        if (tree < 0)
        {
            var errno = Stdlib.GetLastError();
            if (errno is Errno.ENOSYS or Errno.EPERM) return OpenDirectory(absolutePath);
            throw Failure.Of("open", absolutePath, errno);
        }
        // The descriptor of the tree itself cannot be read; the mount lives on as long as something in it is open.
        using var clone = new DirectoryHandle(tree, absolutePath);
        return new DirectoryHandle(Open(() => Syscall.openat(tree, ".", Directory, 0), absolutePath), absolutePath);
    }

    public void BindMount(string source, string target) =>
        Check(NativeMethods.Mount(source, target, null, NativeMethods.MountBind, null), "bind mount", target);

    public void MakePrivate(string mountPoint) =>
        Check(NativeMethods.Mount("", mountPoint, null, NativeMethods.MountPrivate, null), "make private", mountPoint);

    public void MountOverlay(OverlayStack stack, string target, MountFlags flags)
    {
        var text = stack.Text([.. stack.Directories]);
        var errno = stack.IsPlain && FitsOnePage(text)
            ? MountOverlay(target, text, flags)
            : MountOverlayByDescriptors(stack, target, flags);
        if (errno == 0) return;
        var message = $"creating overlay mount to {target}, mount_data={Quoted.Text(text)}: {Failure.Describe(errno)}";
        throw new StorageException(Failure.Of("mount", target, errno).Error with { Message = message });
    }

    public bool Unmount(string mountPoint)
    {
        if (NativeMethods.Unmount(mountPoint, NativeMethods.UnmountDetach) == 0) return true;
        var errno = Stdlib.GetLastError();
        return errno is Errno.EINVAL or Errno.ENOENT ? false : throw Failure.Of("unmount", mountPoint, errno);
    }

    public bool IsMountPoint(string path)
    {
        const int Flags = NativeMethods.StatusNoFollowNoAutomount;
        if (NativeMethods.StatusExtended(CurrentDirectory, path, Flags, 0, out var status) != 0)
        {
            var errno = Stdlib.GetLastError();
            return errno is Errno.ENOENT ? false : throw Failure.Of("statx", path, errno);
        }
        if ((status.AttributesKnown & NativeMethods.StatusIsMountRoot) == 0)
            throw Failure.Of("ask for mount points (Linux 5.8) at", path, Errno.EOPNOTSUPP);
        return (status.Attributes & NativeMethods.StatusIsMountRoot) != 0;
    }

    /// <summary>
    /// mount(2) takes one page of text, which some fifty absolute paths fill. A number per directory leaves room for
    /// the 500 that the kernel allows, and no character in a path can disturb: each directory is opened, and the names
    /// are those of the descriptors in /proc. They are resolved below the working directory, which belongs to the
    /// process unless a thread gets its own: hence a thread that does nothing else and ends. fsconfig(2) would take the
    /// paths one by one, but only since Linux 6.8 and only up to 255 characters each.
    /// </summary>
    private Errno MountOverlayByDescriptors(OverlayStack stack, string target, MountFlags flags)
    {
        var open = new List<DirectoryHandle>();
        try
        {
            foreach (var directory in stack.Directories) open.Add(OpenDirectory(directory));
            var text = stack.Text([.. open.Select(one => one.Descriptor.ToString(CultureInfo.InvariantCulture))]);
            if (!FitsOnePage(text)) return Errno.E2BIG;
            Errno errno = 0;
            var thread = new Thread(() => errno = MountFromDescriptors(target, text, flags)) { IsBackground = true };
            thread.Start();
            thread.Join();
            return errno;
        }
        finally
        {
            open.ForEach(one => one.Dispose());
        }
    }

    /// <summary>Changes the thread it runs on for good.</summary>
    private static Errno MountFromDescriptors(string target, string text, MountFlags flags)
    {
        if (NativeMethods.Unshare(NativeMethods.UnshareWorkingDirectory) != 0) return Stdlib.GetLastError();
        return Syscall.chdir("/proc/thread-self/fd") == 0
            ? MountOverlay(target, text, flags)
            : Stdlib.GetLastError();
    }

    private static Errno MountOverlay(string target, string text, MountFlags flags) =>
        NativeMethods.Mount("overlay", target, "overlay", (ulong)flags, text) == 0 ? 0 : Stdlib.GetLastError();

    private static bool FitsOnePage(string text) => Encoding.UTF8.GetByteCount(text) < Environment.SystemPageSize;
}
