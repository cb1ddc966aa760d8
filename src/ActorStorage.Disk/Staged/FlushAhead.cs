// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// Flushes a file system now and then while a layer is unpacked into it, so that little is left for the flush at the
/// end: the medium and the processors work at the same time.
/// </summary>
/// <remarks>A failure is thrown by a later call, by <see cref="Finish"/> at the latest. For one caller.</remarks>
/// <param name="every">How many bytes are worth a flush ahead.</param>
internal sealed class FlushAhead(IDisk disk, DirectoryHandle directory, Func<bool> hasSpareCore, long every = 32 << 20)
    : IDisposable
{
    private readonly Behind<Flush> _behind = new("flush-ahead", aheadMax: 1, _ => disk.SyncFileSystem(directory));
    private long _begunAt;
    private bool _hasThread;

    /// <summary>So many bytes were written in all. Never waits: what is written during a flush is for the next.
    /// </summary>
    public void Wrote(long bytes)
    {
        if (bytes - _begunAt < every || !_behind.IsIdle) return;
        _begunAt = bytes;
        _hasThread = _hasThread || hasSpareCore();
        if (_hasThread) _behind.Add(default);
    }

    /// <summary>Everything written before is on the medium when this returns.</summary>
    /// <exception cref="StorageException">This flush failed, or one before it.</exception>
    public void Finish()
    {
        _behind.Drain();
        disk.SyncFileSystem(directory);
    }

    /// <summary>Waits for a flush that is under way.</summary>
    public void Dispose() => _behind.Dispose();

    private readonly struct Flush : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
