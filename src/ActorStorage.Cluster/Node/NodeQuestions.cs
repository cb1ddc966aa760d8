// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Node.Neighbours;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Staging;

namespace ActorStorage.Cluster.Node;

/// <summary>What a node is asked and can answer with a few calls of its engine. A refusal is an exception
/// here.</summary>
/// <param name="neighbours">Null for a node that is alone.</param>
/// <param name="serving">Null when it gives no layers to others.</param>
internal sealed class NodeQuestions(
    StorageClient client, NamedLeases leases, NodeSettings settings, string node, Neighbourhood? neighbours,
    LayerServing? serving)
{
    public async Task<INodeReply> FindMissingAsync(NodeProtocol.FindMissing find, CancellationToken cancellation)
    {
        var catalog = await CatalogAsync(find.Digests, cancellation).ConfigureAwait(false);
        var gone = find.Lease is { } term
            ? await KeepAsync(catalog, term, find.Digests, cancellation).ConfigureAwait(false)
            : [];
        return new NodeProtocol.FindMissingOk(
            [.. find.Digests.Distinct().Where(digest => !catalog.Has(digest) || gone.Contains(digest))]);
    }

    public async Task<INodeReply> WhereIsAsync(NodeProtocol.WhereIs where, CancellationToken cancellation)
    {
        List<Digest> digests = [.. where.Digests.Distinct()];
        var catalog = await CatalogAsync(digests, cancellation).ConfigureAwait(false);
        var found = neighbours is null
            ? new DirectoryProtocol.FindPlacesOk([], IsComplete: true)
            : await neighbours.FindPlacesAsync(digests, cancellation).ConfigureAwait(false);
        var others = found.Places.ToDictionary(places => places.Digest, places => places.Nodes);
        // What this root has is known better here than anywhere.
        return new NodeProtocol.WhereIsOk(
            [
                .. digests.Select(digest => new DigestPlaces(digest,
                [
                    .. catalog.Has(digest) ? [node] : Array.Empty<string>(),
                    .. others.GetValueOrDefault(digest, []).Where(other => other != node),
                ])).Where(places => places.Nodes.Count > 0),
            ],
            found.IsComplete);
    }

    /// <param name="load">The rank but for what this finds out.</param>
    public async Task<INodeReply> RankNodesAsync(
        NodeProtocol.RankNodes rank, NodeRank load, CancellationToken cancellation)
    {
        var layers = rank.Layers.DistinctBy(layer => layer.Digest).ToList();
        List<Digest> digests = [.. layers.Select(layer => layer.Digest)];
        var catalog = await CatalogAsync(digests, cancellation).ConfigureAwait(false);
        var room = await client.DiskUseAsync(cancellation).ConfigureAwait(false);
        var own = load with { FreeBytes = room.ImageStoreFreeBytes ?? room.FreeBytes };
        List<NodeRank> ranks = [Missing(own, layers.Where(layer => !catalog.Has(layer.Digest)))];
        if (neighbours is not null && !rank.IsOnlyOfNode)
        {
            var places = neighbours.FindPlacesAsync(digests, cancellation);
            var others = await neighbours.RanksAsync(cancellation).ConfigureAwait(false);
            var holders = (await places.ConfigureAwait(false)).Places
                .ToDictionary(found => found.Digest, found => found.Nodes);
            ranks.AddRange(others.Select(other => Missing(other, layers.Where(
                layer => !holders.GetValueOrDefault(layer.Digest, []).Contains(other.Node)))));
        }
        return new NodeProtocol.RankNodesOk(
        [
            .. ranks.OrderBy(each => each.IsDraining).ThenBy(each => each.MissingBytes)
                .ThenBy(each => each.MissingCount).ThenBy(each => each.Running + each.Waiting)
                .ThenByDescending(each => each.FreeBytes).Take(settings.Wire.ItemsMax),
        ]);
    }

    private static NodeRank Missing(NodeRank rank, IEnumerable<SizedDigest> missing) => missing.Aggregate(
        rank with { MissingCount = 0, MissingBytes = 0 },
        (sum, layer) => sum with
        {
            MissingCount = sum.MissingCount + 1,
            MissingBytes = sum.MissingBytes + (layer.SizeBytes ?? 0),
        });

    public async Task<INodeReply> DrawTicketAsync(NodeProtocol.DrawTicket draw, CancellationToken cancellation)
    {
        if (serving is null)
            throw new StorageException(StorageErrorKind.NotSupported, "this node gives no layers to others");
        var catalog = await CatalogAsync([draw.Digest], cancellation).ConfigureAwait(false);
        return catalog.Record(draw.Digest) is { } layer
            ? serving.Draw(draw.Digest, draw.Caller.Name, layer.DiffSizeBytes > 0 ? layer.DiffSizeBytes : null)
            : throw new StorageException(StorageErrorKind.NotFound, $"there is no layer {draw.Digest}");
    }

    public async Task<INodeReply> AcquireLeaseAsync(NodeProtocol.AcquireLease acquire, CancellationToken cancellation)
    {
        var catalog = await CatalogAsync(acquire.Digests, cancellation).ConfigureAwait(false);
        var gone = await KeepAsync(catalog, acquire.Lease, acquire.Digests, cancellation).ConfigureAwait(false);
        return new NodeProtocol.AcquireLeaseOk(
            acquire.Lease.Name,
            [.. acquire.Digests.Distinct().Where(digest => !catalog.Has(digest) || gone.Contains(digest))]);
    }

    public async Task<INodeReply> RenewLeaseAsync(NodeProtocol.RenewLease renew, CancellationToken cancellation)
    {
        await leases.RenewAsync(renew.Lease, cancellation).ConfigureAwait(false);
        return new NodeProtocol.RenewLeaseOk(renew.Lease.Name);
    }

    public async Task<INodeReply> ReleaseLeaseAsync(NodeProtocol.ReleaseLease release, CancellationToken cancellation)
    {
        await leases.ReleaseAsync(release.Name, cancellation).ConfigureAwait(false);
        return new NodeProtocol.ReleaseLeaseOk(release.Name);
    }

    public async Task<INodeReply> ReserveAsync(NodeProtocol.Reserve reserve, CancellationToken cancellation)
    {
        if (reserve.Bytes <= 0 || reserve.KeepFor <= TimeSpan.Zero)
            throw new StorageException(StorageErrorKind.Invalid, "a reservation needs a size and a time");
        var claimed = await client.ReserveAsync(reserve.Bytes, reserve.KeepFor, cancellation).ConfigureAwait(false);
        return new NodeProtocol.ReserveOk(claimed.ToString());
    }

    /// <exception cref="StorageException">Invalid: the text is none.</exception>
    public static ReservationId? Reservation(string text) => text.Length == 0
        ? null
        : Guid.TryParseExact(text, "N", out var id)
            ? new ReservationId(id)
            : throw new StorageException(StorageErrorKind.Invalid, $"{Quoted.Text(text)} is no reservation");

    public async Task<INodeReply> CollectAsync(NodeProtocol.Collect collect, CancellationToken cancellation)
    {
        if (collect.UnusedFor < TimeSpan.Zero || collect.TargetBytes < 0)
            throw new StorageException(StorageErrorKind.Invalid, "less than nothing cannot be collected");
        var gone = await client.CollectAsync(
            collect.TargetBytes, collect.UnusedFor, collect.DryRun, cancellation).ConfigureAwait(false);
        return new NodeProtocol.CollectOk(
            gone.Sum(layer => layer.DiskBytes), gone.Count,
            [.. gone.Take(ListMax).Select(layer => new CollectedLayer(layer.Layer, layer.DiskBytes))]);
    }

    public async Task<INodeReply> ExplainAsync(NodeProtocol.Explain explain, CancellationToken cancellation)
    {
        var layer = explain.Layer;
        if (Digest.Fault(layer) is null)
        {
            var digest = new Digest(layer);
            var catalog = await CatalogAsync([digest], cancellation).ConfigureAwait(false);
            layer = catalog.Find(digest)?.Value
                ?? throw new StorageException(StorageErrorKind.NotFound, $"there is no layer {layer}");
        }
        var id = (await client.GetLayerAsync(layer, cancellation).ConfigureAwait(false)).Id;
        var holders = await client.ExplainLayerAsync(id.Value, cancellation).ConfigureAwait(false);
        return new NodeProtocol.ExplainOk(id, holders.Length, [.. holders.Take(ListMax)]);
    }

    public async Task<INodeReply> WhoHoldsAsync(NodeProtocol.WhoHolds who, CancellationToken cancellation)
    {
        var locks = await client.LockStatisticsAsync(cancellation).ConfigureAwait(false);
        var asked = locks.Where(each => who.Lock.Length == 0 || IsCalled(each.Path, who.Lock)).ToList();
        return asked.Count == 0
            ? throw new StorageException(StorageErrorKind.NotFound, $"there is no lock {Quoted.Text(who.Lock)}")
            : new NodeProtocol.WhoHoldsOk([.. asked.Select(State)]);
    }

    // An id has 64 characters, and what goes with it some more.
    private int ListMax => Math.Min(settings.Wire.ItemsMax, settings.Wire.MessageSizeMax / 200);

    private Task<LayerCatalog> CatalogAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellation) =>
        LayerCatalog.OfAsync(client, digests, cancellation);

    private async Task<HashSet<Digest>> KeepAsync(
        LayerCatalog catalog, LeaseTerm term, IReadOnlyList<Digest> digests, CancellationToken cancellation)
    {
        var layers = digests.Distinct().Where(catalog.Has).ToDictionary(digest => catalog.Find(digest)!.Value);
        var gone = await leases.KeepAsync(term, layers.Keys, cancellation).ConfigureAwait(false);
        return [.. gone.Select(layer => layers[layer])];
    }

    private static bool IsCalled(string path, string name) =>
        Path.GetFileName(path) is var file && (file == name || file == $"{name}.lock");

    private static LockState State(LockStatistics statistics) => statistics.Present is { } hold
        ? new LockState(
            statistics.Path, IsHeld: true, hold.Mode == LockMode.Exclusive, hold.Holder?.Pid,
            hold.Holder?.Command ?? "", hold.For, hold.Serving)
        : new LockState(statistics.Path, IsHeld: false, IsExclusive: false, null, "", null, "");
}
