// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage.Reaping;

public readonly record struct ReaperRef(IActorRef Ref);

/// <summary>Owns the removal of what was renamed into the trash, after every lock is gone.</summary>
internal sealed class ReaperActor : UntypedActor
{
    private readonly IDisk _disk;
    private readonly DiskThreads _threads;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private volatile bool _isStopping;

    public static Props Props(IDisk disk, DiskThreads threads) =>
        Akka.Actor.Props.Create(() => new ReaperActor(disk, threads));

    /// <param name="threads">Outlive this actor: their owner waits for them before the trash goes as a whole.</param>
    public ReaperActor(IDisk disk, DiskThreads threads) => (_disk, _threads) = (disk, threads);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Reap reap: OnReap(reap); break;
            case Status.Failure failure: OnFailure(failure); break;
            case Reaped: break;
            default: Unhandled(message); break;
        }
    }

    // What waits is left to the removal of the whole temp directory.
    protected override void PostStop() => _isStopping = true;

    private void OnReap(Reap reap)
    {
        try
        {
            _threads.Run(() => Remove(reap.Trash)).PipeTo(Self);
        }
        catch (StorageException full) when (full.Kind is StorageErrorKind.Busy)
        {
            // Nothing is lost: the trash lies in this engine's temp directory, which goes when the engine does.
            _log.Warning("Trash stays until the engine stops: {Reason}", full.Message);
        }
    }

    private Reaped Remove(Trash trash)
    {
        if (!_isStopping) trash.Remove(_disk);
        return new Reaped();
    }

    private void OnFailure(Status.Failure failure) =>
        _log.Warning(failure.Cause, "Trash stays until the engine stops: {Reason}", failure.Cause.Message);

    private sealed record Reaped : ILocalMessage;
}

/// <summary>Remove this. Not answered: the trash is out of sight already.</summary>
public sealed record Reap(Trash Trash) : ILocalMessage;
