// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node.Ensuring;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <content>A layer that is missing is fetched by one node of the cluster, from one of its sources; the others follow,
/// and have it from there.</content>
internal sealed partial class NodeActor
{
    /*
     *   Claiming --granted, or nobody can be asked--> Running, from a source
     *            --others have it--> Running, from them --they do not give it--> Claiming, despite them
     *            --another node fetches it for a while--> still Claiming, and its place is free
     *            --others have it, and its place is taken--> Waiting
     */
    private void Claim(EnsureJob job, bool despiteHolders)
    {
        EndClaim(job, isHeld: false);
        job.State = JobState.Claiming;
        // Whom the claim ends with: it goes with the job, and with this actor.
        var holder = Context.ActorOf(Akka.Actor.Props.Empty);
        job.ClaimHolder = holder;
        Timers.StartSingleTimer(job, new FollowTick(job), _settings.FollowAfter);
        _neighbours!.ClaimAsync(job.Digest, holder, despiteHolders, job.Stopping.Token).PipeTo(
            Self, success: reply => new Claimed(job, holder, despiteHolders, reply),
            failure: cause => new Claimed(job, holder, despiteHolders, new Refused(StorageError.From(cause))));
    }

    private void OnFollowTick(EnsureJob job)
    {
        if (_queue.Find(job.Key) != job || job.State != JobState.Claiming) return;
        job.IsFollowing = true;
        BeginWhatCan();
    }

    private void OnClaimed(Claimed claimed)
    {
        var job = claimed.Job;
        if (_queue.Find(job.Key) != job || job.ClaimHolder?.Equals(claimed.Holder) != true) return;
        Timers.Cancel(job);
        var isSure = claimed.Reply is DirectoryProtocol.FetchGranted { IsSure: true };
        if (job.IsFollowing && !isSure && _queue.Running >= _queue.RunningMax)
        {
            // Its place is taken. When its turn comes it is told the same again, at once.
            EndClaim(job, isHeld: false);
            job.State = JobState.Waiting;
            return;
        }
        job.IsFollowing = false;
        switch (claimed.Reply)
        {
            case DirectoryProtocol.FetchNotNeeded there: FetchFromPeers(job, there.Nodes); break;
            case DirectoryProtocol.FetchUnderway: Claim(job, claimed.DespiteHolders); break;
            case DirectoryProtocol.FetchGranted granted:
                job.Grant = granted.Claim;
                FetchFromSource(job);
                break;
            // Nobody could be asked: a second fetch does less harm than none.
            default: FetchFromSource(job); break;
        }
        BeginWhatCan();
    }

    private void FetchFromPeers(EnsureJob job, IReadOnlyList<string> nodes)
    {
        job.State = JobState.Running;
        var put = NewPut(job, NoBlob, blobDigest: null);
        PutAsync(job, client => _neighbours!.PutAsync(client, put, job.Digest, nodes, job.Stopping.Token)).PipeTo(
            Self, success: ok =>
            {
                job.OnReceived(ok.ReceivedBytes);
                return new Fetched(job, [], ok.Put.Layer, ok.Put.AlreadyPresent, null);
            },
            failure: cause => new Fetched(job, [], null, false, StorageError.From(cause)));
    }

    /// <summary>Stands where the blob of a peer will be.</summary>
    private static LayerBlob NoBlob { get; } = new("", () => Stream.Null);

    /// <summary>Whether a source may do better than those who have the layer.</summary>
    private static bool IsOfPeers(StorageError error) =>
        IsOfSource(error) || error.Kind is StorageErrorKind.Busy or StorageErrorKind.Corrupt;

    private void EndClaim(EnsureJob job, bool isHeld)
    {
        Timers.Cancel(job);
        job.IsFollowing = false;
        if (isHeld) job.Grant?.Tell(new DirectoryProtocol.EndFetch(IsHeld: true));
        if (job.ClaimHolder is { } holder) Context.Stop(holder);
        (job.Grant, job.ClaimHolder) = (null, null);
    }

    private sealed record FollowTick(EnsureJob Job) : ILocalMessage;

    private sealed record Claimed(EnsureJob Job, IActorRef Holder, bool DespiteHolders, IReply Reply) : ILocalMessage;
}
