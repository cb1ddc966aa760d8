// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Staging;

namespace ActorStorage;

/// <content>Room on disk: what is taken, what is claimed, and what can go.</content>
public sealed partial class StorageClient
{
    /// <summary>What each layer takes up on disk, those without a record included.</summary>
    public Task<InspectionProtocol.GetDiskUseOk> DiskUseAsync(CancellationToken cancellation = default) =>
        Ask<InspectionProtocol.GetDiskUseOk>(
            asker => new InspectionProtocol.GetDiskUse(asker, cancellation), cancellation);

    /// <summary>Claims room for a layer that will be put with this claim, see
    /// <see cref="PutLayer.Reservation"/>.</summary>
    /// <param name="keepFor">After which the claim ends by itself.</param>
    public async Task<ReservationId> ReserveAsync(
        long bytes, TimeSpan keepFor, CancellationToken cancellation = default) =>
        (await Ask<StagingProtocol.ReserveOk>(
            asker => new StagingProtocol.Reserve(bytes, _time.GetUtcNow() + keepFor, asker), cancellation))
        .Reservation;

    public Task ReleaseAsync(ReservationId reservation, CancellationToken cancellation = default) =>
        Ask<StagingProtocol.ReleaseOk>(asker => new StagingProtocol.Release(reservation, asker), cancellation);

    /// <summary>What holds a layer; empty when it may be collected.</summary>
    public async Task<ImmutableArray<LayerHolder>> ExplainLayerAsync(
        string layer, CancellationToken cancellation = default) =>
        (await Ask<InspectionProtocol.ExplainLayerOk>(
            asker => new InspectionProtocol.ExplainLayer(layer, asker, cancellation), cancellation)).Holders;

    /// <summary>
    /// Makes room by deleting layers that no image, container, mount, lease or other layer holds, the least recently
    /// used first.
    /// </summary>
    /// <param name="targetBytes">How much; less when there is no more.</param>
    /// <param name="unusedFor">How long a layer must not have been used, or made: a day is what others take too, who
    /// must not delete a layer whose image is about to be recorded.</param>
    /// <param name="dryRun">Says which would go, and changes nothing.</param>
    /// <returns>What has gone, or would go.</returns>
    public async Task<IReadOnlyList<UnusedLayer>> CollectAsync(
        long targetBytes, TimeSpan? unusedFor = null, bool dryRun = false, CancellationToken cancellation = default)
    {
        var since = _time.GetUtcNow() - (unusedFor ?? TimeSpan.FromDays(1));
        var sizes = (await DiskUseAsync(cancellation)).Use.Layers;
        var gone = new List<UnusedLayer>();
        while (true)
        {
            var wanted = targetBytes - gone.Sum(layer => layer.DiskBytes);
            if (wanted <= 0) return gone;
            var some = (await Ask<WalkProtocol.CollectUnusedOk>(
                asker => new WalkProtocol.CollectUnused(sizes, wanted, since, dryRun, asker), cancellation)).Layers;
            gone.AddRange(some);
            if (dryRun || some.IsEmpty) return gone;
        }
    }
}
