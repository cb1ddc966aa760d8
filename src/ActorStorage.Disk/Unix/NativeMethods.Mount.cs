// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace ActorStorage.Disk.Unix;

/// <content>mount(2) and umount2(2).</content>
internal static partial class NativeMethods
{
    internal const ulong MountReadOnly = 1;
    internal const ulong MountBind = 4096;
    internal const ulong MountPrivate = 1 << 18;
    internal const int UnmountDetach = 2;

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);
}
