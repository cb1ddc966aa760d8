// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node.Ensuring;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <content>Layers that are made sure of: each is looked for, waits for its turn, is fetched from one source after the
/// other, once for everybody who asks meanwhile.</content>
internal sealed partial class NodeActor
{
    /*
     *   Looking --Looked--> Ended (it is there, or cannot be made)
     *                       WaitingForParent --the one below was looked for, or has ended--> Looking
     *                       Waiting --its turn--> Running --Fetched--> Ended
     *                          ^                     |  +--there is another source--> Running
     *                          +--the one below failed and is tried again--+
     *   With neighbours there is a Claiming before Running (NodeActor.Neighbours.cs).
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
        LookAsync(job).PipeTo(
            Self, success: looked => looked,
            failure: cause => new Looked(job, null, null, StorageError.From(cause)));
    }

    private async Task<Looked> LookAsync(EnsureJob job)
    {
        var stopping = job.Stopping.Token;
        var catalog = await LayerCatalog.OfAsync(_client, [.. job.Parents, job.Digest], stopping)
            .ConfigureAwait(false);
        var there = catalog.Find([.. job.Parents, job.Digest]);
        // To be asked for by its id is a use of it, which keeps it longer.
        if (there is { } id && await _client.FindLayerAsync(id.Value, stopping).ConfigureAwait(false) is null)
            there = null;
        var parent = job.Parents.Count == 0 ? null : catalog.Find(job.Parents);
        return new Looked(job, there, parent, null);
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
        if (looked.There is { } there)
        {
            EndAs(job, new NodeProtocol.EnsureLayerOk(job.Digest, there, EnsureOutcome.Present, 0));
            return;
        }
        job.Parent = looked.Parent;
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
        if (_neighbours is null && !job.HasSource)
        {
            EndAs(job, NotToBeHad(job));
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
        while (_queue.Next() is { } job)
        {
            if (_neighbours is null) FetchFromSource(job);
            else Claim(job, despiteHolders: false);
        }
    }

    private void FetchFromSource(EnsureJob job)
    {
        if (!job.HasSource)
        {
            EndAs(job, NotToBeHad(job));
            return;
        }
        job.State = JobState.Running;
        var sources = job.NextSources();
        var put = NewPut(
            job, _origin.Blob(sources, job.OnReceived, job.Stopping.Token), sources[0].BlobDigest);
        PutAsync(job, client => client.PutLayerAsync(put, job.Stopping.Token)).PipeTo(
            Self, success: ok => new Fetched(job, sources, ok.Layer, ok.AlreadyPresent, null),
            failure: cause => new Fetched(job, sources, null, false, StorageError.From(cause)));
    }

    private static PutLayer NewPut(EnsureJob job, LayerBlob blob, Digest? blobDigest) => new(
        new NewLayer
        {
            Id = job.Layer,
            Parent = job.Parent?.Value,
            // As podman's are: in a split store it belongs to the images.
            Writeable = false,
            ExpectedDiffDigest = job.Digest,
            ExpectedBlobDigest = blobDigest,
        },
        blob, AcceptExisting: true)
    {
        Reservation = job.Failures.Count == 0 ? NodeQuestions.Reservation(job.Reservation) : null,
    };

    private async Task<T> PutAsync<T>(EnsureJob job, Func<StorageClient, Task<T>> put)
    {
        using var span = SpanOf(nameof(NodeProtocol.EnsureLayer), job.First.TraceParent);
        return await put(job.First.Name.Length == 0 ? _client : _client.As(job.First.Name)).ConfigureAwait(false);
    }

    private void OnFetched(Fetched fetched)
    {
        var job = fetched.Job;
        if (_queue.Find(job.Key) != job) return;
        if (fetched.Layer is { } layer) EndAs(job, Reached(job, layer, fetched));
        else OnNotFetched(job, fetched.Sources, fetched.Error!);
        BeginWhatCan();
    }

    private void OnNotFetched(EnsureJob job, IReadOnlyList<LayerSource> tried, StorageError error)
    {
        if (error.Kind == StorageErrorKind.ParentUnknown && _queue.Find(job.ParentKey) is not null)
        {
            EndClaim(job, isHeld: false);
            job.State = JobState.Waiting;
            job.WaitsForParentsEnd = true;
            return;
        }
        if (error.Kind == StorageErrorKind.ParentUnknown && job.IsLookedBesideParent)
        {
            // It has ended since.
            EndClaim(job, isHeld: false);
            Look(job);
            return;
        }
        if (tried.Count == 0 && IsOfPeers(error))
        {
            job.Failures.Add(error.Message);
            Claim(job, despiteHolders: true);
            return;
        }
        if (!IsOfSource(error))
        {
            EndAs(job, new NodeProtocol.RequestRefused(error));
            return;
        }
        job.Strike(tried, error);
        if (job.HasSource) FetchFromSource(job);
        else EndAs(job, new NodeProtocol.RequestRefused(error with { Message = string.Join("; ", job.Failures) }));
    }

    /// <summary>Whether another source may do better.</summary>
    private static bool IsOfSource(StorageError error) => error.Kind is StorageErrorKind.Io or StorageErrorKind.NotFound
        or StorageErrorKind.AccessDenied or StorageErrorKind.DigestMismatch or StorageErrorKind.InvalidArchive
        or StorageErrorKind.UnsafePath or StorageErrorKind.TooLarge or StorageErrorKind.NotSupported;

    private static INodeReply Reached(EnsureJob job, LayerRecord layer, Fetched fetched)
    {
        if (layer.DiffDigest != job.Digest)
            return Refusal(StorageErrorKind.AlreadyExists, $"layer {layer.Id} is there and has other contents");
        var outcome = fetched.WasThere ? EnsureOutcome.Present
            : fetched.Sources.Count == 0 ? EnsureOutcome.FromPeer
            : job.IsFromFile ? EnsureOutcome.Staged : EnsureOutcome.FromOrigin;
        return new NodeProtocol.EnsureLayerOk(job.Digest, layer.Id, outcome, job.FetchedBytes);
    }

    private static NodeProtocol.RequestRefused NotToBeHad(EnsureJob job) => Refusal(
        StorageErrorKind.NotFound,
        string.Join("; ", (string[])[$"{job.Digest} is not here, and no source was named", .. job.Failures]));

    /// <summary>Tells everybody who follows. The first one has made it, the others have joined him.</summary>
    private void EndAs(EnsureJob job, INodeReply reply)
    {
        _queue.Remove(job);
        if (job.Grant is null && reply is NodeProtocol.EnsureLayerOk { Outcome: not EnsureOutcome.Present })
            _neighbours?.LookNow();
        EndClaim(job, reply is NodeProtocol.EnsureLayerOk);
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
            EndClaim(job, isHeld: false);
            job.Stopping.Cancel();
            LookAgainAbove(job);
            BeginWhatCan();
        }
    }

    /// <param name="There">Null when the layer is not there.</param>
    /// <param name="Parent">Null when what is below it is not there, or nothing is.</param>
    private sealed record Looked(EnsureJob Job, LayerId? There, LayerId? Parent, StorageError? Error) : ILocalMessage;

    /// <param name="Sources">That were tried; none when other nodes gave it.</param>
    /// <param name="Layer">Null when it could not be had.</param>
    private sealed record Fetched(
        EnsureJob Job, IReadOnlyList<LayerSource> Sources, LayerRecord? Layer, bool WasThere, StorageError? Error)
        : ILocalMessage;
}
