// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

public enum LockMode
{
    Shared,
    Exclusive,
}

/// <summary>
/// One lock file of the store. The lock is an open-file-description lock over the whole file: it excludes the Go tools'
/// record locks and is excluded by them, belongs to this handle alone, and survives that some other handle of the same
/// file is closed in this process (a record lock would vanish). Two handles in one process exclude each other.
/// </summary>
/// <remarks>
/// The file is never deleted or replaced. Not thread safe, but for <see cref="FindHolder"/>. A store in two places has
/// two lock files, which are taken in their order and released together: see <see cref="Next"/>.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private readonly FileHandle _file;
    private readonly bool _readOnly;

    private FileLock(FileHandle file, bool readOnly) => (_file, _readOnly) = (file, readOnly);

    public string Path => _file.Path;

    /// <summary>The lock that is held whenever this one is, taken after it; null for none. Its token is its own, and
    /// written together with this one's.</summary>
    public FileLock? Next { get; private init; }

    /// <summary>Opens the lock file; creates it (0644) and its directory (0700) when they are missing.</summary>
    /// <param name="path">Absolute path of the lock file.</param>
    /// <param name="readOnly">For stores that may only be read: such a lock can only be taken shared.</param>
    /// <exception cref="StorageException">ReadOnly, AccessDenied, or another failure to open.</exception>
    public static FileLock Open(string path, bool readOnly = false)
    {
        var flags = OpenFlags.O_CREAT | OpenFlags.O_CLOEXEC | (readOnly ? OpenFlags.O_RDONLY : OpenFlags.O_RDWR);
        const FilePermissions Mode = (FilePermissions)0x1a4;    // 0644
        var descriptor = Syscall.open(path, flags, Mode);
        // Asked for once: see LinuxDisk.Open.
        var errno = descriptor < 0 ? Stdlib.GetLastError() : 0;
        if (errno == Errno.ENOENT)
        {
            MakeDirectory(System.IO.Path.GetDirectoryName(path)!);
            descriptor = Syscall.open(path, flags, Mode);
            errno = descriptor < 0 ? Stdlib.GetLastError() : 0;
        }
        return descriptor >= 0
            ? new FileLock(new FileHandle(descriptor, path), readOnly)
            : throw Failure.Of("open", path, errno);
    }

    /// <summary>Opens both files of a store in two places; only the first when there is no second.</summary>
    /// <exception cref="StorageException">As for one.</exception>
    public static FileLock OpenChain(string path, string? nextPath)
    {
        if (nextPath is null) return Open(path);
        var next = Open(nextPath);
        try
        {
            var first = Open(path);
            return new FileLock(first._file, readOnly: false) { Next = next };
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>A lock on a file that is open already, e.g. one that has no name yet. Takes the handle over.</summary>
    public static FileLock Adopt(FileHandle file) => new(file, readOnly: false);

    /// <summary>Takes the lock if it is free now.</summary>
    public bool TryAcquire(LockMode mode)
    {
        if (!Request(_file.Descriptor, NativeMethods.SetOfdLock, mode))
        {
            var errno = Stdlib.GetLastError();
            return errno is Errno.EAGAIN or Errno.EACCES ? false : throw Failure.Of("lock", Path, errno);
        }
        return Next is null || AlsoNext(() => Next.TryAcquire(mode));
    }

    /// <summary>Waits for the lock however long it takes. Only for threads that have nothing else to do.</summary>
    /// <remarks>A Dispose meanwhile closes the file when the wait has ended: the kernel looks the number up again after
    /// a signal, and it must not be another file's then.</remarks>
    public void Acquire(LockMode mode)
    {
        var isKept = false;
        try
        {
            _file.DangerousAddRef(ref isKept);
            var descriptor = (int)_file.DangerousGetHandle();
            while (!Request(descriptor, NativeMethods.SetOfdLockWait, mode))
            {
                var errno = Stdlib.GetLastError();
                if (errno != Errno.EINTR) throw Failure.Of("lock", Path, errno);
            }
        }
        finally
        {
            if (isKept) _file.DangerousRelease();
        }
        if (Next is null) return;
        AlsoNext(() =>
        {
            Next.Acquire(mode);
            return true;
        });
    }

    public void Release()
    {
        Next?.Release();
        ReleaseFirst();
    }

    /// <summary>Who keeps this lock, or the next one, from being taken, as far as the kernel tells; null when nobody
    /// does or it cannot be found out.</summary>
    public LockHolder? FindHolder(LockMode mode) => FindHold(mode)?.Holder;

    /// <summary>What keeps this lock, or the next one, from being taken; null for nothing.</summary>
    public LockHold? FindHold(LockMode mode)
    {
        var range = new NativeMethods.LockRange { Type = TypeOf(mode) };
        if (NativeMethods.FileControl(_file.Descriptor, NativeMethods.GetOfdLock, ref range) != 0) return null;
        if (range.Type == NativeMethods.Unlock) return Next?.FindHold(mode);
        var held = range.Type == NativeMethods.ReadLock ? LockMode.Shared : LockMode.Exclusive;
        // An open-file-description lock has no process in the kernel's answer: look for the open file instead.
        return new LockHold(
            range.Pid > 0 ? LockHolders.Of(range.Pid) : LockHolders.FindByOpenFile(RealPath), held);
    }

    internal int Descriptor => _file.Descriptor;

    /// <summary>As the kernel names the file to whoever looks for open ones: without symbolic links.</summary>
    internal string RealPath =>
        new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_file.Descriptor}")).LinkTarget
            ?? Path;

    /// <summary>
    /// The last writer's token. Meaningful under the lock; without it, an unchanged token still proves that nobody had
    /// begun to write when it was read, because the token is written before the data.
    /// </summary>
    public unsafe LockToken ReadToken()
    {
        Span<byte> bytes = stackalloc byte[LockToken.Length];
        fixed (byte* start = bytes)
        {
            var count = Syscall.pread(_file.Descriptor, start, LockToken.Length, 0);
            return count >= 0 ? new LockToken(bytes[..(int)count]) : throw Failure.Of("read", Path);
        }
    }

    /// <summary>Replaces the token, the next lock's too. The lock must be held exclusively, and the data must not have
    /// been replaced yet.</summary>
    public void WriteToken(IDisk disk, LockToken token)
    {
        Next?.WriteToken(disk, token);
        if (_readOnly)
            throw new StorageException(StorageErrorKind.ReadOnly, $"{Path} was opened for reading only", Path);
        disk.WriteAt(_file, 0, token.Bytes);
    }

    /// <summary>Whether this name in the directory is still the file that this lock is on.</summary>
    public bool IsStill(IDisk disk, DirectoryHandle at, string name)
    {
        var mine = disk.Status(_file);
        return disk.Status(at, name) is { } there && there.Inode == mine.Inode && there.Device == mine.Device;
    }

    public void Dispose()
    {
        _file.Dispose();
        Next?.Dispose();
    }

    /// <summary>Neither is held when the next one cannot be had.</summary>
    private bool AlsoNext(Func<bool> takeNext)
    {
        var isTaken = false;
        try
        {
            isTaken = takeNext();
        }
        finally
        {
            if (!isTaken) ReleaseFirst();
        }
        return isTaken;
    }

    /// <summary>With those that lead to it; one that is there is well.</summary>
    private static void MakeDirectory(string path)
    {
        const FilePermissions Private = (FilePermissions)0x1c0;     // 0700
        if (Syscall.mkdir(path, Private) == 0) return;
        var errno = Stdlib.GetLastError();
        if (errno == Errno.ENOENT && System.IO.Path.GetDirectoryName(path) is { } above)
        {
            MakeDirectory(above);
            if (Syscall.mkdir(path, Private) == 0) return;
            errno = Stdlib.GetLastError();
        }
        if (errno != Errno.EEXIST) throw Failure.Of("mkdir", path, errno);
    }

    private void ReleaseFirst()
    {
        var range = new NativeMethods.LockRange { Type = NativeMethods.Unlock };
        if (NativeMethods.FileControl(_file.Descriptor, NativeMethods.SetOfdLock, ref range) != 0)
            throw Failure.Of("unlock", Path);
    }

    private static bool Request(int descriptor, int command, LockMode mode)
    {
        var range = new NativeMethods.LockRange { Type = TypeOf(mode) };
        return NativeMethods.FileControl(descriptor, command, ref range) == 0;
    }

    private static short TypeOf(LockMode mode) =>
        mode == LockMode.Exclusive ? NativeMethods.WriteLock : NativeMethods.ReadLock;
}
