// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <content>Mounts.</content>
public sealed partial class LinuxDisk
{
    public void BindMount(string source, string target) =>
        Check(NativeMethods.Mount(source, target, null, NativeMethods.MountBind, null), "bind mount", target);

    public void MakePrivate(string mountPoint) =>
        Check(NativeMethods.Mount("", mountPoint, null, NativeMethods.MountPrivate, null), "make private", mountPoint);

    public void MountOverlay(DirectoryHandle workingDirectory, string target, string data, bool readOnly) => Check(
        NativeMethods.Mount("overlay", target, "overlay", readOnly ? NativeMethods.MountReadOnly : 0, data),
        "mount overlay", target);

    public bool Unmount(string mountPoint)
    {
        if (NativeMethods.Unmount(mountPoint, NativeMethods.UnmountDetach) == 0) return true;
        var errno = Stdlib.GetLastError();
        return errno is Errno.EINVAL or Errno.ENOENT ? false : throw Failure.Of("unmount", mountPoint, errno);
    }

    public bool IsMountPoint(string path) => File.ReadLines("/proc/self/mountinfo")
        .Any(line => line.Split(' ', 6)[4].Replace(@"\040", " ", StringComparison.Ordinal) == path);
}
