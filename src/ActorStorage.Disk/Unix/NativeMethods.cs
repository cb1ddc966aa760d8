// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mono.Unix;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// The calls that Mono.Posix lacks; everything else goes through it. What is lost where the kernel is older stands at
/// each call.
/// </summary>
internal static partial class NativeMethods
{
    internal const int GetOfdLock = 36;         // F_OFD_GETLK
    internal const int SetOfdLock = 37;         // F_OFD_SETLK
    internal const int SetOfdLockWait = 38;     // F_OFD_SETLKW

    internal const short ReadLock = 0;          // F_RDLCK
    internal const short WriteLock = 1;         // F_WRLCK
    internal const short Unlock = 2;            // F_UNLCK

    internal const int OpenReadWrite = 2;
    internal const int OpenTemporaryFile = 0x400000 | 0x10000;      // O_TMPFILE holds O_DIRECTORY
    internal const int OpenCloseOnExec = 0x80000;
    internal const int OpenNoFollow = 0x20000;
    internal const int OpenPathOnly = 0x200000 | OpenCloseOnExec;   // O_PATH

    internal const long OpenAt2 = 437;          // Linux 5.6; below it names are walked one component at a time
    internal const ulong ResolveInRoot = 0x10;

    /// <summary>struct flock on 64-bit Linux. The pid must be 0 in a request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LockRange
    {
        internal short Type;
        internal short Whence;
        internal long Start;
        internal long Length;
        internal int Pid;
    }

    /// <summary>struct open_how of openat2(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(int descriptor, int command, ref LockRange range);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static unsafe partial long OpenAt2Call(long number, int directory, byte* path, OpenHow* how, nuint size);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    internal static unsafe partial int OpenAt(int directory, byte* path, int flags, uint mode);

    /// <summary>A handle of the name itself, link or not, that can be used in paths but not read. -1 on
    /// failure.</summary>
    internal static unsafe int OpenPath(int directory, string name)
    {
        var bytes = new byte[UnixEncoding.Instance.GetMaxByteCount(name.Length) + 1];
        UnixEncoding.Instance.GetBytes(name, 0, name.Length, bytes, 0);
        fixed (byte* path = bytes)
        {
            return OpenAt(directory, path, OpenPathOnly | OpenNoFollow, 0);
        }
    }

    /// <summary>Another handle of what a handle stands for, such as one of <see cref="OpenPath"/>. -1 on
    /// failure.</summary>
    internal static unsafe int Reopen(int descriptor, int flags)
    {
        const int Anywhere = -100;      // AT_FDCWD: the path is absolute
        var itself = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}\0"));
        fixed (byte* path = itself)
        {
            return OpenAt(Anywhere, path, flags, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    internal static unsafe partial nint ReadEntries(int descriptor, byte* buffer, nuint size);

    /// <summary>Of the calling thread when <paramref name="who"/> is 0 and <paramref name="which"/> too.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    internal static partial int SetPriority(int which, uint who, int priority);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFileSystem(int descriptor);
}
