// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.TestKit.Faults;

/// <summary>What is to happen at a point, and how often it did: made by <see cref="FaultDisk.At"/>.</summary>
public sealed class Fault
{
    private readonly FaultDisk _disk;
    private readonly int _first;
    private readonly int? _times;
    private readonly TaskCompletionSource<DiskEffect> _reached =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ManualResetEventSlim _released = new();
    private volatile Action<DiskEffect>? _do;
    private int _hits;
    private int _met;

    internal Fault(FaultDisk disk, FaultPoint point, int first, int? times)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        (_disk, Point, _first, _times) = (disk, point, first, times);
    }

    public FaultPoint Point { get; }

    /// <summary>How many effects there were at the point, with those at which nothing was to happen.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Ends when it happens for the first time, with the effect. A fault that never happens shows
    /// nothing.</summary>
    public Task<DiskEffect> Reached => _reached.Task;

    /// <summary>The call fails as if the kernel had said so, and the engine makes the kind of error of it that it makes
    /// of this errno.</summary>
    public Fault Fail(Errno errno) => Doing(
        effect => throw Failure.Of($"{effect.Kind}", effect.Path, errno));

    /// <summary>The call fails with this kind.</summary>
    public Fault Fail(StorageErrorKind kind) =>
        Doing(effect => throw new StorageException(kind, $"{Point.Name}: {effect} fails in this test", effect.Path));

    /// <summary>The call takes longer, as on a slow disk: it blocks the engine's own thread.</summary>
    public Fault Delay(TimeSpan time) => Doing(_ => Wait(time));

    /// <summary>The call waits until <see cref="Release"/>, or until the disk ends.</summary>
    public Fault Hold() => Doing(_ => Wait(Timeout.InfiniteTimeSpan));

    /// <summary>The disk stops, see <see cref="FaultDisk"/>.</summary>
    public Fault Stop() => Doing(_ => _disk.Stop());

    /// <summary>Lets go of who waits here; nobody waits here any more.</summary>
    public void Release() => _released.Set();

    internal void Meet(DiskEffect effect)
    {
        if (!Point.Matches(effect)) return;
        Interlocked.Increment(ref _hits);
        // Before it is told what to do it must not use up its times.
        if (_do is not { } happen) return;
        var met = Interlocked.Increment(ref _met);
        if (met < _first || met - _first >= _times) return;
        _reached.TrySetResult(effect);
        happen(effect);
    }

    private Fault Doing(Action<DiskEffect> what)
    {
        _do = what;
        return this;
    }

    private void Wait(TimeSpan time)
    {
        try
        {
            _released.Wait(time, _disk.Ending);
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
