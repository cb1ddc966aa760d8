// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Tests.Faults;

/// <summary>
/// The real disk of a process that dies: it counts the effects from a moment on, and at the chosen one it stops. That
/// one and all calls after it fail, whoever makes them, so that nothing which the engine does to clean up reaches the
/// disk. What was written and never synced it can forget, as a power cut does.
/// </summary>
/// <remarks>
/// Two ways to die. Killed: everything that was done stands, as the kernel keeps it. Power cut: names and attributes
/// stand as well, up to the last one, and file contents only as far as they were synced; a file that never was is
/// empty. So it is on file systems that keep a journal of names, in which nothing is kept without what came before it
/// and new bytes are put on disk when there is time. As the cut is tried after each effect, a journal that loses its
/// end is one of the cuts before. What is lost besides are mounts and the run root, which lies in memory. Not tried:
/// file systems that keep the names of one directory and lose older ones of another.
/// </remarks>
internal sealed class CrashingDisk : ObservedDisk, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<DiskEffect> _effects = [];
    private readonly List<IDisposable> _handles = [];
    private readonly UnsyncedContents _unsynced = new();
    private bool _isCounting;

    /// <summary>The number of the effect at which it stops, beginning with 1; null for never.</summary>
    public int? StopAt { get; set; }

    /// <summary>Stops at the first effect for which this is true.</summary>
    public Func<DiskEffect, bool>? StopBefore { get; set; }

    /// <summary>What was done, and last what was not done any more.</summary>
    public IReadOnlyList<DiskEffect> Effects => _effects;

    public bool HasStopped { get; private set; }

    /// <summary>How many of the effects were done when the last one was made durable, and with it all before it.
    /// </summary>
    public int DurableEffects { get; private set; }

    /// <summary>From now on effects are counted.</summary>
    public void Arm()
    {
        lock (_gate) _isCounting = true;
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

    /// <summary>File contents that were not synced are lost.</summary>
    public void Forget()
    {
        lock (_gate) _unsynced.Forget();
    }

    public void Dispose()
    {
        CloseHandles();
        _unsynced.Dispose();
    }

    protected override void BeforeLook()
    {
        lock (_gate) RefuseWhenStopped();
    }

    protected override void Before(DiskEffect effect)
    {
        lock (_gate)
        {
            RefuseWhenStopped();
            if (!_isCounting) return;
            _effects.Add(effect);
            HasStopped = _effects.Count == StopAt || StopBefore?.Invoke(effect) == true;
            RefuseWhenStopped();
            if (effect.Kind == EffectKind.Write) _unsynced.Add(effect.File!);
        }
    }

    protected override void After(DiskEffect effect)
    {
        lock (_gate)
        {
            if (!_isCounting || HasStopped) return;
            switch (effect.Kind)
            {
                case EffectKind.Sync:
                    if (effect.File is { } file) _unsynced.Remove(file);
                    DurableEffects = _effects.Count;
                    break;
                case EffectKind.SyncFileSystem:
                    _unsynced.Clear();
                    DurableEffects = _effects.Count;
                    break;
            }
        }
    }

    protected override void Opened(IDisposable handle)
    {
        lock (_gate) _handles.Add(handle);
    }

    private void RefuseWhenStopped()
    {
        if (HasStopped) throw new StorageException(StorageErrorKind.Io, "the process is dead");
    }
}
