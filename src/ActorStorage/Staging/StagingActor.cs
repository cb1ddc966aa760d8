// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Images;
using ActorStorage.Layers;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>
/// Owns the pool of stagers: one layer is staged once however often it is asked for, layers are unpacked in any order,
/// and their commits are sent in the order of the chain.
/// </summary>
internal sealed class StagingActor : UntypedActor, IWithTimers
{
    private readonly LayerStoreRef _layers;
    private readonly ImageStoreRef _images;
    private readonly ContainerStoreRef _containers;
    private readonly StagingWork _work;
    private readonly Dictionary<LayerId, Job> _jobs = [];
    private int _children;
    private int _followers;

    public static Props Props(
        LayerStoreRef layers, ImageStoreRef images, ContainerStoreRef containers, StagingWork work) =>
        Akka.Actor.Props.Create(() => new StagingActor(layers, images, containers, work));

    public StagingActor(LayerStoreRef layers, ImageStoreRef images, ContainerStoreRef containers, StagingWork work)
    {
        (_layers, _images, _containers) = (layers, images, containers);
        _work = work;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StagingProtocol.PutLayer put: OnPutLayer(put); break;
            case StagingProtocol.ApplyDiff apply: OnApplyDiff(apply); break;
            case StagingProtocol.CreateStorageLayer create: OnCreateStorageLayer(create); break;
            case StagingProtocol.CreateContainer or StagingProtocol.EnsureTopLayer: OnTopLayerNeeded(message); break;
            case StagingProtocol.Reserve reserve: OnReserve(reserve); break;
            case StagingProtocol.Release release: OnRelease(release); break;
            case StagerPlanned planned: OnStagerPlanned(planned); break;
            case CommitInTurn commit: OnCommitInTurn(commit); break;
            case StagerEnded ended: OnStagerEnded(ended); break;
            case WithdrawCommit withdraw: OnWithdrawCommit(withdraw); break;
            case FollowerTick tick: OnFollowerTick(tick); break;
            case Terminated: _children--; break;
            default: Unhandled(message); break;
        }
    }

    // A worker that crashed is not restarted: its last word tells the asker, who may ask again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PostStop()
    {
        var stopping = new Refused(new StorageError(StorageErrorKind.Cancelled, "the engine is stopping"));
        foreach (var job in _jobs.Values) Answer(job, stopping);
    }

    private void OnPutLayer(StagingProtocol.PutLayer put)
    {
        if (IsFull(put)) return;
        if (_jobs.TryGetValue(put.Layer.Id, out var running))
        {
            Follow(running, put);
            return;
        }
        var job = new Job(put);
        job.MoveBelow(JobOf(put.Layer.Parent));
        _jobs.Add(put.Layer.Id, job);
        Start(job);
    }

    /// <summary>The layer is under way: when it is there this one finds it, if that is in time.</summary>
    private void Follow(Job job, StagingProtocol.PutLayer put)
    {
        _followers++;
        job.Followers.Add(put);
        Timers.StartSingleTimer(put, new FollowerTick(put), put.Asker.TimeLeft(_work.Settings.Time));
    }

    private void OnFollowerTick(FollowerTick tick)
    {
        if (!_jobs.TryGetValue(tick.Put.Layer.Id, out var job) || !job.Followers.Remove(tick.Put)) return;
        _followers--;
        tick.Put.Asker.ReplyTo.Tell(new Refused(new StorageError(
            StorageErrorKind.Cancelled, $"layer {job.Id} was not there before the deadline")));
    }

    private Job? JobOf(string? layer) =>
        LayerId.Fault(layer) is null ? _jobs.GetValueOrDefault(new LayerId(layer!)) : null;

    private void OnApplyDiff(StagingProtocol.ApplyDiff apply)
    {
        if (!IsFull(apply)) Spawn(ApplierActor.Props(_layers, _work, apply));
    }

    private void OnCreateStorageLayer(StagingProtocol.CreateStorageLayer create)
    {
        if (!IsFull(create)) Spawn(BareLayerActor.Props(_layers, _work, create));
    }

    private void OnTopLayerNeeded(object message)
    {
        var request = (StagingProtocol.IStagingCommand)message;
        if (!IsFull(request)) Spawn(ContainerMakerActor.Props(_layers, _images, _work, request));
    }

    private void OnReserve(StagingProtocol.Reserve reserve)
    {
        if (!IsFull(reserve)) Spawn(ReserverActor.Props(_work, reserve));
    }

    private void OnRelease(StagingProtocol.Release release) => release.Asker.ReplyTo.Tell(
        _work.Space.Release(release.Reservation)
            ? new StagingProtocol.ReleaseOk()
            : new Refused(new StorageError(
                StorageErrorKind.NotFound, $"reservation {release.Reservation} is used or has ended")));

    private void OnStagerPlanned(StagerPlanned planned)
    {
        if (!_jobs.TryGetValue(planned.Id, out var job)) return;
        job.Maps = planned.Maps;
        foreach (var child in job.Children) child.Stager?.Tell(new ParentPlanned(planned.Maps));
    }

    private void OnCommitInTurn(CommitInTurn message)
    {
        if (!_jobs.TryGetValue(message.Commit.Commit.Layer.Id, out var job))
        {
            _work.Discard(message.Commit.Commit.Staged);        // of a pool that crashed and answered already
            return;
        }
        job.Commit = message.Commit;
        SendCommits(job);
    }

    /// <summary>The stager's deadline has passed. Once the store has the commit, only the store may answer.</summary>
    private void OnWithdrawCommit(WithdrawCommit withdraw)
    {
        if (!_jobs.TryGetValue(withdraw.Id, out var job) || job.IsCommitSent || job.Commit is not { } commit) return;
        job.Commit = null;
        _work.Discard(commit.Commit.Staged);
        commit.Asker.ReplyTo.Tell(new Refused(new StorageError(
            StorageErrorKind.Cancelled, $"the parent of layer {job.Id} was not committed before the deadline")));
    }

    private void OnStagerEnded(StagerEnded ended)
    {
        if (!_jobs.TryGetValue(ended.Id, out var job)) return;
        if (job.Followers.Count > 0 && ended.Reply is Refused refused && ConcernsOneOnly(refused.Error))
        {
            // He speaks for himself only: the next in line takes the work over.
            job.First.Asker.ReplyTo.Tell(ended.Reply);
            _followers--;
            Timers.Cancel(job.HandOver());
            job.MoveBelow(JobOf(job.First.Layer.Parent));
            Start(job);
            return;
        }
        _jobs.Remove(ended.Id);
        Answer(job, ended.Reply);
        foreach (var child in job.Children) child.Stager?.Tell(new ParentEnded());
        // If it failed, the store tells its children that their parent is unknown.
        SendCommitsOfChildren(job);
    }

    /// <summary>Whether another asker, with another blob, name, parent or deadline, may be better off.</summary>
    private static bool ConcernsOneOnly(StorageError error) =>
        !error.CanRetry && error.Kind is not (StorageErrorKind.ReadOnly or StorageErrorKind.Corrupt);

    /// <summary>From one sender, so that they arrive in this order: the parent first.</summary>
    private void SendCommits(Job job)
    {
        if (job.Commit is null || job.IsCommitSent || job.Parent is { IsCommitSent: false, HasEnded: false }) return;
        job.IsCommitSent = true;
        _layers.Ref.Tell(job.Commit);
        SendCommitsOfChildren(job);
    }

    private void SendCommitsOfChildren(Job parent)
    {
        foreach (var child in parent.Children) SendCommits(child);
    }

    private void Answer(Job job, IReply reply)
    {
        job.HasEnded = true;
        job.First.Asker.ReplyTo.Tell(reply);
        foreach (var follower in job.Followers)
        {
            _followers--;
            Timers.Cancel(follower);
            follower.Asker.ReplyTo.Tell(reply switch
            {
                StagingProtocol.PutLayerOk ok => StagerActor.Existing(follower, ok.Layer),
                _ => reply,
            });
        }
    }

    private bool IsFull(IRequest request)
    {
        var waiting = _children + _followers;
        if (waiting < _work.Settings.StagingQueueMax) return false;
        request.Asker.ReplyTo.Tell(new Refused(new StorageError(
            StorageErrorKind.Busy, $"{waiting} layers are being staged or wait for it already")));
        return true;
    }

    private void Start(Job job)
    {
        var put = job.First;
        StagingWork.Report(
            put, new StagingProgress(put.Layer.Id, StagingPhase.Queued, 0, put.Blob?.SizeBytes, 0, 0));
        var parent = job.Parent is { HasEnded: false } inFlight ? inFlight : null;
        job.Stager = Spawn(
            StagerActor.Props(_layers, _containers, new StagingRef(Self), _work, put, parent?.Id, parent?.Maps));
    }

    private IActorRef Spawn(Props props)
    {
        _children++;
        return Context.Watch(Context.ActorOf(props));
    }

    private sealed class Job(StagingProtocol.PutLayer first)
    {
        public LayerId Id => First.Layer.Id;
        public StagingProtocol.PutLayer First { get; private set; } = first;

        /// <summary>The layer below it, if that is being put too.</summary>
        public Job? Parent { get; private set; }
        public List<StagingProtocol.PutLayer> Followers { get; } = [];
        public List<Job> Children { get; } = [];
        public IActorRef? Stager { get; set; }

        /// <summary>How the ids of its files will lie on the host, once that is known.</summary>
        public IdMaps? Maps { get; set; }
        public LayerProtocol.CommitStagedLayer? Commit { get; set; }
        public bool IsCommitSent { get; set; }
        public bool HasEnded { get; set; }

        /// <summary>The first follower becomes the one whose blob is read.</summary>
        public StagingProtocol.PutLayer HandOver()
        {
            First = Followers[0];
            Followers.RemoveAt(0);
            (Maps, Commit, IsCommitSent) = (null, null, false);
            return First;
        }

        public void MoveBelow(Job? parent)
        {
            Parent?.Children.Remove(this);
            // One that is above this layer would wait for it: whether it is in the store is for the store to say.
            Parent = parent is not null && parent.IsOrIsAbove(this) ? null : parent;
            Parent?.Children.Add(this);
        }

        private bool IsOrIsAbove(Job other)
        {
            for (var job = this; job is not null; job = job.Parent)
            {
                if (job == other) return true;
            }
            return false;
        }
    }

    private sealed record FollowerTick(StagingProtocol.PutLayer Put) : ILocalMessage;
}
