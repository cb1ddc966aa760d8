// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Tests.Faults;

/// <summary>Files whose bytes a power cut would take, each with how many of them it would leave.</summary>
internal sealed class UnsyncedContents : IDisposable
{
    private readonly Dictionary<(ulong Device, ulong Inode), long> _durableBytes = [];
    private readonly Dictionary<(ulong Device, ulong Inode), int> _unsynced = [];

    /// <summary>It is going to be written to.</summary>
    public void Add(FileHandle file)
    {
        var (key, sizeBytes) = Look(file.Descriptor);
        // One that nobody has heard of was there before; one that is shorter now has the number of one that is gone.
        _durableBytes[key] = Math.Min(_durableBytes.GetValueOrDefault(key, sizeBytes), sizeBytes);
        // A handle of its own: the file may have another name by then, or none. Not a duplicate, which would keep a
        // lock on the file alive.
        if (!_unsynced.ContainsKey(key))
            _unsynced.Add(key, Syscall.open($"/proc/self/fd/{file.Descriptor}", OpenFlags.O_RDWR));
    }

    public void Remove(FileHandle file)
    {
        var (key, _) = Look(file.Descriptor);
        if (_unsynced.Remove(key, out var handle)) Keep(key, handle);
    }

    /// <summary>All of them are on disk now.</summary>
    public void Clear()
    {
        foreach (var (key, handle) in _unsynced) Keep(key, handle);
        _unsynced.Clear();
    }

    /// <summary>Each is cut off where it was when it was last synced. What was written over stays: only tokens are,
    /// which mean nothing to those who come after a power cut.</summary>
    public void Forget()
    {
        foreach (var (key, handle) in _unsynced)
        {
            var durableBytes = _durableBytes[key];
            if (Look(handle).SizeBytes > durableBytes) _ = Syscall.ftruncate(handle, durableBytes);
        }
        Dispose();
    }

    public void Dispose()
    {
        foreach (var handle in _unsynced.Values) _ = Syscall.close(handle);
        _unsynced.Clear();
    }

    private static ((ulong Device, ulong Inode) Key, long SizeBytes) Look(int handle)
    {
        _ = Syscall.fstat(handle, out var status);
        return ((status.st_dev, status.st_ino), status.st_size);
    }

    private void Keep((ulong Device, ulong Inode) key, int handle)
    {
        _durableBytes[key] = Look(handle).SizeBytes;
        _ = Syscall.close(handle);
    }
}
