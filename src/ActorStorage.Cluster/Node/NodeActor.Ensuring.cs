// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node.Ensuring;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <content>Layers that are made sure of: each is looked for, waits for its turn, is fetched from one source after the
/// other, once for everybody who asks meanwhile.</content>
public sealed partial class NodeActor
{
    /*
     *   Looking --Looked--> Ended (it is there, or cannot be made)
     *                       WaitingForParent --the one below was looked for, or has ended--> Looking
     *                       Waiting --its turn--> Running --Fetched--> Ended
     *                          ^                     |  +--there is another source--> Running
     *                          +--the one below failed and is tried again--+
     *   Any --nobody follows it any more--> Ended
     */
    private void OnEnsureLayer(OwedReply owed, NodeProtocol.EnsureLayer ensure)
    {
        if (IsSettled(owed)) return;
        Join(owed, 0, ensure.Layer, ensure.Parents);
    }

    private void OnEnsureImage(OwedReply owed, NodeProtocol.EnsureImage ensure)
    {
        if (IsSettled(owed)) return;
        if (ensure.Layers.Count == 0)
        {
            PutImage(owed, ensure);
            return;
        }
        Digest[] chain = [.. ensure.Layers.Select(layer => layer.Digest)];
        for (var layer = 0; layer < chain.Length && _owed.ContainsKey(owed.Id); layer++)
            Join(owed, layer, ensure.Layers[layer], chain[..layer]);
    }

    private bool IsSettled(OwedReply owed)
    {
        if (_keys.Judge(owed.Handling.ClientKey, owed.Wish) is not { } reply) return false;
        Answer(owed.Id, reply);
        return true;
    }

    private void Join(OwedReply owed, int layer, WantedLayer wanted, IReadOnlyList<Digest> parents)
    {
        var key = ChainId.Of(parents, wanted.Digest);
        var job = _queue.Find(key);
        if (job is null)
        {
            if (_queue.IsFull)
            {
                Answer(owed.Id, Refusal(StorageErrorKind.Busy, $"{_queue.Waiting} layers wait for their turn already"));
                return;
            }
            job = new EnsureJob(key, wanted.Digest, parents, order: ++_lastId)
            {
                First = owed.Request.Caller,
                Reservation = owed.Request is NodeProtocol.EnsureLayer ? owed.Handling.Reservation : "",
            };
            _queue.Add(job);
        }
        job.Join(new Follower(owed.Id, layer), owed.Handling.Priority, wanted.Sources);
        _queue.Raise(job);
        if (job.Followers.Count == 1) Look(job);
    }

    private void Look(EnsureJob job)
    {
        job.State = JobState.Looking;
        job.IsLookedBesideParent = _queue.Find(job.ParentKey) is not null;
        _client.ListLayersAsync(job.Stopping.Token).PipeTo(
            Self, success: layers => new Looked(job, layers, null),
            failure: cause => new Looked(job, [], StorageError.From(cause)));
    }

    private void OnLooked(Looked looked)
    {
        if (_queue.Find(looked.Job.Key) != looked.Job) return;
        Decide(looked);
        BeginWhatCan();
    }

    private void Decide(Looked looked)
    {
        var job = looked.Job;
        if (looked.Error is { } error)
        {
            EndAs(job, new NodeProtocol.RequestRefused(error));
            return;
        }
        var catalog = new LayerCatalog(looked.Layers);
        if (catalog.Find([.. job.Parents, job.Digest]) is { } there)
        {
            EndAs(job, new NodeProtocol.EnsureLayerOk(job.Digest, there, EnsureOutcome.Present, 0));
            return;
        }
        job.Parent = job.Parents.Count == 0 ? null : catalog.Find(job.Parents);
        if (job.Parents.Count > 0 && job.Parent is null)
        {
            var parent = _queue.Find(job.ParentKey);
            if (parent is { State: JobState.Looking or JobState.WaitingForParent })
            {
                job.State = JobState.WaitingForParent;
                return;
            }
            if (parent is null && job.IsLookedBesideParent)
            {
                // It ended after this look, and may be there now.
                Look(job);
                return;
            }
            if (parent is null)
            {
                EndAs(job, Refusal(StorageErrorKind.ParentUnknown, $"what is below {job.Digest} is not here"));
                return;
            }
            job.Parent = parent.Layer;
        }
        if (!job.HasSource)
        {
            EndAs(job, Refusal(StorageErrorKind.NotFound, $"{job.Digest} is not here, and no source was named"));
            return;
        }
        job.Layer = ChainId.Of(job.Parent, job.Digest);
        job.State = JobState.Waiting;
        LookAgainAbove(job);
    }

    private void LookAgainAbove(EnsureJob job)
    {
        foreach (var above in _queue.Above(job).Where(above => above.State == JobState.WaitingForParent).ToList())
            Look(above);
    }

    private void BeginWhatCan()
    {
        while (_queue.Next() is { } job) Fetch(job);
    }

    private void Fetch(EnsureJob job)
    {
        job.State = JobState.Running;
        var sources = job.NextSources();
        var layer = new NewLayer
        {
            Id = job.Layer,
            Parent = job.Parent?.Value,
            // As podman's are: in a split store it belongs to the images.
            Writeable = false,
            ExpectedDiffDigest = job.Digest,
            ExpectedBlobDigest = sources[0].BlobDigest,
        };
        var put = new PutLayer(layer, _origin.Blob(sources, job.OnReceived, job.Stopping.Token), AcceptExisting: true)
        {
            Reservation = job.Failures.Count == 0 ? NodeQuestions.Reservation(job.Reservation) : null,
        };
        PutAsync(job, put).PipeTo(
            Self, success: ok => new Fetched(job, sources, ok.Layer, ok.AlreadyPresent, null),
            failure: cause => new Fetched(job, sources, null, false, StorageError.From(cause)));
    }

    private async Task<StagingProtocol.PutLayerOk> PutAsync(EnsureJob job, PutLayer put)
    {
        using var span = SpanOf(nameof(NodeProtocol.EnsureLayer), job.First.TraceParent);
        var client = job.First.Name.Length == 0 ? _client : _client.As(job.First.Name);
        return await client.PutLayerAsync(put, job.Stopping.Token).ConfigureAwait(false);
    }

    private void OnFetched(Fetched fetched)
    {
        var job = fetched.Job;
        if (_queue.Find(job.Key) != job) return;
        if (fetched.Layer is { } layer) EndAs(job, Reached(job, layer, fetched.WasThere));
        else OnNotFetched(job, fetched.Sources, fetched.Error!);
        BeginWhatCan();
    }

    private void OnNotFetched(EnsureJob job, IReadOnlyList<LayerSource> tried, StorageError error)
    {
        if (error.Kind == StorageErrorKind.ParentUnknown && _queue.Find(job.ParentKey) is not null)
        {
            job.State = JobState.Waiting;
            job.WaitsForParentsEnd = true;
            return;
        }
        if (!IsOfSource(error))
        {
            EndAs(job, new NodeProtocol.RequestRefused(error));
            return;
        }
        job.Strike(tried, error);
        if (job.HasSource) Fetch(job);
        else EndAs(job, new NodeProtocol.RequestRefused(error with { Message = string.Join("; ", job.Failures) }));
    }

    /// <summary>Whether another source may do better.</summary>
    private static bool IsOfSource(StorageError error) => error.Kind is StorageErrorKind.Io or StorageErrorKind.NotFound
        or StorageErrorKind.AccessDenied or StorageErrorKind.DigestMismatch or StorageErrorKind.InvalidArchive
        or StorageErrorKind.UnsafePath or StorageErrorKind.TooLarge or StorageErrorKind.NotSupported;

    private static INodeReply Reached(EnsureJob job, LayerRecord layer, bool wasThere) => layer.DiffDigest != job.Digest
        ? Refusal(StorageErrorKind.AlreadyExists, $"layer {layer.Id} is there and has other contents")
        : new NodeProtocol.EnsureLayerOk(
            job.Digest, layer.Id,
            wasThere ? EnsureOutcome.Present : job.IsFromFile ? EnsureOutcome.Staged : EnsureOutcome.FromOrigin,
            job.FetchedBytes);

    /// <summary>Tells everybody who follows. The first one has made it, the others have joined him.</summary>
    private void EndAs(EnsureJob job, INodeReply reply)
    {
        _queue.Remove(job);
        foreach (var (at, follower) in job.Followers.ToList().Index())
        {
            if (!_owed.TryGetValue(follower.Request, out var owed)) continue;
            if (reply is not NodeProtocol.EnsureLayerOk ok) Answer(owed.Id, reply);
            else if (at == 0 || ok.Outcome == EnsureOutcome.Present) OnEnsured(owed, follower.Layer, ok);
            else OnEnsured(owed, follower.Layer, ok with { Outcome = EnsureOutcome.JoinedInFlight, FetchedBytes = 0 });
        }
        LookAgainAbove(job);
    }

    private void OnEnsured(OwedReply owed, int layer, NodeProtocol.EnsureLayerOk ok)
    {
        if (owed.Request is NodeProtocol.EnsureImage image)
        {
            owed.Layers[layer] = ok;
            if (owed.Layers.All(each => each is not null)) PutImage(owed, image);
        }
        else if (owed.Handling.Lease is { } term)
        {
            Ask(owed, given => KeptAsync(term, ok, given));
        }
        else
        {
            Answer(owed.Id, ok);
        }
    }

    private async Task<INodeReply> KeptAsync(
        LeaseTerm term, NodeProtocol.EnsureLayerOk ok, CancellationToken cancellation)
    {
        var gone = await _leases.KeepAsync(term, [ok.Layer], cancellation).ConfigureAwait(false);
        return gone.Count == 0
            ? ok
            : Refusal(StorageErrorKind.Busy, $"layer {ok.Layer} was deleted meanwhile: ask once more");
    }

    private void PutImage(OwedReply owed, NodeProtocol.EnsureImage ensure) =>
        Ask(owed, given => _images.RunAsync(ensure, [.. owed.Layers.OfType<NodeProtocol.EnsureLayerOk>()], given));

    /// <summary>A layer that nobody waits for any more is given up.</summary>
    private void Leave(OwedReply owed)
    {
        if (owed.Request is not (NodeProtocol.EnsureLayer or NodeProtocol.EnsureImage)) return;
        foreach (var job in _queue.All.ToList())
        {
            if (job.Followers.RemoveAll(follower => follower.Request == owed.Id) == 0 || job.Followers.Count > 0)
                continue;
            _queue.Remove(job);
            job.Stopping.Cancel();
            LookAgainAbove(job);
            BeginWhatCan();
        }
    }

    private sealed record Looked(EnsureJob Job, IReadOnlyList<LayerRecord> Layers, StorageError? Error) : ILocalMessage;

    /// <param name="Layer">Null when it could not be had.</param>
    private sealed record Fetched(
        EnsureJob Job, IReadOnlyList<LayerSource> Sources, LayerRecord? Layer, bool WasThere, StorageError? Error)
        : ILocalMessage;
}
