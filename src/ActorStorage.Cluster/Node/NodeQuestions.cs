// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Staging;

namespace ActorStorage.Cluster.Node;

/// <summary>What a node is asked and can answer with a few calls of its engine. A refusal is an exception
/// here.</summary>
internal sealed class NodeQuestions(StorageClient client, NamedLeases leases, NodeSettings settings, string node)
{
    public async Task<INodeReply> FindMissingAsync(NodeProtocol.FindMissing find, CancellationToken cancellation)
    {
        var catalog = await CatalogAsync(cancellation).ConfigureAwait(false);
        var gone = find.Lease is { } term
            ? await KeepAsync(catalog, term, find.Digests, cancellation).ConfigureAwait(false)
            : [];
        return new NodeProtocol.FindMissingOk(
            [.. find.Digests.Distinct().Where(digest => !catalog.Has(digest) || gone.Contains(digest))]);
    }

    public async Task<INodeReply> WhereIsAsync(NodeProtocol.WhereIs where, CancellationToken cancellation)
    {
        var catalog = await CatalogAsync(cancellation).ConfigureAwait(false);
        return new NodeProtocol.WhereIsOk(
        [
            .. where.Digests.Distinct().Where(catalog.Has).Select(digest => new DigestPlaces(digest, [node])),
        ]);
    }

    /// <param name="load">The rank but for what this finds out.</param>
    public async Task<INodeReply> RankNodesAsync(
        NodeProtocol.RankNodes rank, NodeRank load, CancellationToken cancellation)
    {
        var catalog = await CatalogAsync(cancellation).ConfigureAwait(false);
        var missing = rank.Layers.DistinctBy(layer => layer.Digest).Where(layer => !catalog.Has(layer.Digest)).ToList();
        var room = await client.DiskUseAsync(cancellation).ConfigureAwait(false);
        return new NodeProtocol.RankNodesOk(
        [
            load with
            {
                MissingCount = missing.Count,
                MissingBytes = missing.Sum(layer => layer.SizeBytes ?? 0),
                FreeBytes = room.ImageStoreFreeBytes ?? room.FreeBytes,
            },
        ]);
    }

    public async Task<INodeReply> AcquireLeaseAsync(NodeProtocol.AcquireLease acquire, CancellationToken cancellation)
    {
        var catalog = await CatalogAsync(cancellation).ConfigureAwait(false);
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
            var catalog = await CatalogAsync(cancellation).ConfigureAwait(false);
            layer = catalog.Find(new Digest(layer))?.Value
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

    private async Task<LayerCatalog> CatalogAsync(CancellationToken cancellation) =>
        new(await client.ListLayersAsync(cancellation).ConfigureAwait(false));

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
