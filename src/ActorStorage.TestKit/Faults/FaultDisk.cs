// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorStorage.Disk;

namespace ActorStorage.TestKit.Faults;

/// <summary>
/// The real disk, on which a test makes named points fail, wait or stop. It records the effects from a moment on, and
/// at a chosen one it stops, as the disk of a process that is killed: that effect and all calls after it fail, whoever
/// makes them, so that nothing which the engine does to clean up reaches the disk. What was done stands.
/// </summary>
/// <remarks>All of it may be called from any thread. Faults are asked in the order in which they were made; the first
/// one that refuses or stops ends the call.</remarks>
public class FaultDisk : ObservedDisk, IDisposable
{
    private const int HandlesMin = 256;
    private readonly Lock _gate = new();
    private readonly List<DiskEffect> _effects = [];
    private readonly List<IDisposable> _handles = [];
    private readonly CancellationTokenSource _ending = new();
    private ImmutableList<Fault> _faults = [];
    private int _handlesMax = HandlesMin;
    private volatile bool _isRecording;
    private volatile bool _hasStopped;

    public FaultDisk() => Ending = _ending.Token;

    /// <summary>The number of the effect at which it stops, beginning with 1 at <see cref="Record"/>; null for
    /// never.</summary>
    public int? StopAt { get; set; }

    /// <summary>Stops at the first recorded effect for which this is true.</summary>
    public Func<DiskEffect, bool>? StopBefore { get; set; }

    /// <summary>What was done since <see cref="Record"/>, and last what was not done any more.</summary>
    public IReadOnlyList<DiskEffect> Effects
    {
        get
        {
            lock (_gate) return [.. _effects];
        }
    }

    /// <summary>How many effects there are by now.</summary>
    public int EffectCount
    {
        get
        {
            lock (_gate) return _effects.Count;
        }
    }

    public bool HasStopped => _hasStopped;

    public bool IsRecording => _isRecording;

    /// <summary>From now on effects are recorded and counted.</summary>
    public void Record() => _isRecording = true;

    /// <summary>A fault at a named point, which does nothing before it is told what.</summary>
    /// <param name="first">At which effect there it begins, from 1, counted from when it is told what to do.</param>
    /// <param name="times">At how many effects from then on; null for all.</param>
    public Fault At(FaultPoint point, int first = 1, int? times = 1)
    {
        var fault = new Fault(this, point, first, times);
        ImmutableInterlocked.Update(ref _faults, faults => faults.Add(fault));
        return fault;
    }

    /// <summary>Takes all faults away, and lets go of who waits. A disk that has stopped stays so.</summary>
    public void Clear()
    {
        foreach (var fault in Interlocked.Exchange(ref _faults, [])) fault.Release();
    }

    /// <summary>The process is gone: so are its handles, and the locks with them.</summary>
    public void CloseHandles()
    {
        lock (_gate)
        {
            foreach (var handle in _handles) handle.Dispose();
            _handles.Clear();
        }
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        if (!isDisposing || _ending.IsCancellationRequested) return;
        _ending.Cancel();
        Clear();
        if (HasStopped) CloseHandles();
        _ending.Dispose();
    }

    /// <summary>Taken once: whoever waits may be later than <see cref="Dispose()"/>.</summary>
    internal CancellationToken Ending { get; }

    internal void Stop() => _hasStopped = true;

    protected override void BeforeLook()
    {
        if (HasStopped) throw Dead();
    }

    protected override void Before(DiskEffect effect)
    {
        // Outside the gate, because they may wait.
        foreach (var fault in _faults)
        {
            BeforeLook();
            fault.Meet(effect);
        }
        lock (_gate)
        {
            BeforeLook();
            if (!_isRecording) return;
            _effects.Add(effect);
            // Never taken back: a fault of another call may have stopped the disk meanwhile.
            if (_effects.Count == StopAt || StopBefore?.Invoke(effect) == true) _hasStopped = true;
            BeforeLook();
        }
    }

    protected override void Opened(IDisposable handle)
    {
        lock (_gate)
        {
            if (_handles.Count == _handlesMax) ForgetClosed();
            _handles.Add(handle);
        }
    }

    /// <summary>Often enough that the list is never more than twice as long as what is open.</summary>
    private void ForgetClosed()
    {
        _handles.RemoveAll(handle => handle is SafeHandle { IsClosed: true });
        _handlesMax = Math.Max(HandlesMin, 2 * _handles.Count);
    }

    private static StorageException Dead() => new(StorageErrorKind.Io, "the process is dead");
}
