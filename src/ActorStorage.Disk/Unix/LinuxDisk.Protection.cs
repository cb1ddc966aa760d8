// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace ActorStorage.Disk.Unix;

/// <content>What keeps a file from being removed: marks on it.</content>
public sealed partial class LinuxDisk
{
    public bool ClearProtection(DirectoryHandle at, string name)
    {
        // Only these two kinds can be marked, and no other one can be opened.
        if (Status(at, name) is not { Kind: FileKind.Regular or FileKind.Directory }) return false;
        using var file = OpenFile(at, name);
        var marks = 0;
        // A file system without marks refuses the question.
        if (NativeMethods.InputOutputControl(file.Descriptor, NativeMethods.GetMarks, ref marks) != 0) return false;
        var kept = marks & ~(NativeMethods.ImmutableMark | NativeMethods.AppendOnlyMark);
        if (kept == marks) return false;
        Check(NativeMethods.InputOutputControl(file.Descriptor, NativeMethods.SetMarks, ref kept), "ioctl", file.Path);
        return true;
    }
}

/// <content>ioctl(2) for the marks that chattr(1) sets.</content>
internal static partial class NativeMethods
{
    internal const ulong GetMarks = 0x80086601;     // FS_IOC_GETFLAGS
    internal const ulong SetMarks = 0x40086602;     // FS_IOC_SETFLAGS
    internal const int ImmutableMark = 0x10;
    internal const int AppendOnlyMark = 0x20;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int InputOutputControl(int descriptor, ulong request, ref int marks);
}
