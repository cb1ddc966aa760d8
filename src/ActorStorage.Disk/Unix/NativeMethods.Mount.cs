// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace ActorStorage.Disk.Unix;

/// <content>mount(2) and what belongs to it.</content>
internal static partial class NativeMethods
{
    internal const ulong MountBind = 4096;
    internal const ulong MountPrivate = 1 << 18;
    internal const int UnmountDetach = 2;

    internal const int UnshareWorkingDirectory = 0x200;     // CLONE_FS

    internal const long OpenTree = 428;                     // Linux 5.2; without it the home is opened by its path
    internal const uint OpenTreeClone = 1 | OpenCloseOnExec;

    internal const int StatusNoFollowNoAutomount = 0x100 | 0x800;
    internal const ulong StatusIsMountRoot = 0x2000;        // STATX_ATTR_MOUNT_ROOT, Linux 5.8

    /// <summary>The two fields of struct statx that are asked for.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct ExtendedStatus
    {
        [FieldOffset(8)]
        internal ulong Attributes;

        [FieldOffset(56)]
        internal ulong AttributesKnown;
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long OpenTreeCall(long number, long directory, string path, long flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatusExtended(
        int directory, string path, int flags, uint mask, out ExtendedStatus status);
}
