// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// Flushes a file system now and then while a layer is unpacked into it, so that little is left for the flush at the
/// end: the medium and the processors work at the same time.
/// </summary>
/// <remarks>For one caller. Its thread starts with the first flush ahead.</remarks>
/// <param name="every">How many bytes are worth a flush ahead.</param>
internal sealed class FlushAhead(IDisk disk, DirectoryHandle directory, Func<bool> hasSpareCore, long every = 32 << 20)
    : IDisposable
{
    private readonly object _state = new();
    private Thread? _flusher;
    private long _begunAt;
    private bool _isWanted;
    private bool _isStopped;
    private ExceptionDispatchInfo? _fault;

    /// <summary>So many bytes were written in all. Never waits.</summary>
    public void Wrote(long bytes)
    {
        if (bytes - _begunAt < every) return;
        _begunAt = bytes;
        if (_flusher is null && !hasSpareCore()) return;
        lock (_state)
        {
            _isWanted = true;
            Monitor.PulseAll(_state);
        }
        if (_flusher is not null) return;
        _flusher = new Thread(Run) { IsBackground = true, Name = "flush-ahead" };
        _flusher.Start();
    }

    /// <summary>Everything written before is on the medium when this returns.</summary>
    /// <exception cref="StorageException">This flush failed, or one before it.</exception>
    public void Finish()
    {
        Dispose();
        _fault?.Throw();
        disk.SyncFileSystem(directory);
    }

    /// <summary>Waits for a flush that is under way.</summary>
    public void Dispose()
    {
        lock (_state)
        {
            _isStopped = true;
            Monitor.PulseAll(_state);
        }
        _flusher?.Join();
    }

    private void Run()
    {
        while (MayFlush())
        {
            try
            {
                disk.SyncFileSystem(directory);
            }
            catch (StorageException fault)
            {
                _fault = ExceptionDispatchInfo.Capture(fault);
                return;
            }
        }
    }

    private bool MayFlush()
    {
        lock (_state)
        {
            while (!_isWanted && !_isStopped) Monitor.Wait(_state);
            _isWanted = false;
            return !_isStopped;
        }
    }
}
