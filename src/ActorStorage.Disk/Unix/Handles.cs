// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// An open directory. Names are resolved below it by the kernel, so that what happens to the path that led here does
/// not matter any more. Opened for reading (it can be listed and synced), never inherited by child processes.
/// </summary>
public sealed class DirectoryHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal DirectoryHandle(int descriptor, string path)
        : base(ownsHandle: true)
    {
        SetHandle(descriptor);
        Path = path;
    }

    /// <summary>Where it was when it was opened. For messages and for mount(2) only.</summary>
    public string Path { get; }

    /// <exception cref="ObjectDisposedException">The number may be another file's by now.</exception>
    internal int Descriptor => IsClosed ? throw new ObjectDisposedException(Path) : (int)handle;

    protected override bool ReleaseHandle() => Mono.Unix.Native.Syscall.close((int)handle) == 0;
}

/// <summary>An open file. Never inherited by child processes.</summary>
public sealed class FileHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal FileHandle(int descriptor, string path)
        : base(ownsHandle: true)
    {
        SetHandle(descriptor);
        Path = path;
    }

    /// <summary>Where it was when it was opened; for messages only.</summary>
    public string Path { get; }

    /// <exception cref="ObjectDisposedException">The number may be another file's by now.</exception>
    internal int Descriptor => IsClosed ? throw new ObjectDisposedException(Path) : (int)handle;

    protected override bool ReleaseHandle() => Mono.Unix.Native.Syscall.close((int)handle) == 0;
}
