// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal.Leases;
using Akka.Actor;

namespace ActorStorage.TestKit.Invariants;

/// <summary>
/// Looks at a store at the end of a test, while its engine runs and nobody asks it for anything. What goes by itself,
/// such as deleted trees, is waited for.
/// </summary>
public static class StoreInvariants
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    /// <param name="client">Of the engine on the store.</param>
    /// <param name="journal">The store's <see cref="Journal.JournalActor"/>, if it has one: who else would know of
    /// leases?</param>
    /// <exception cref="InvariantException">Everything that is not as it must be.</exception>
    /// <exception cref="StorageException">The engine does not answer.</exception>
    public static async Task CheckAsync(
        StorageClient client, StoragePaths paths, IActorRef? journal, InvariantOptions options,
        CancellationToken cancellation = default)
    {
        var found = await FindAsync(client, paths, journal, options, cancellation);
        if (found.Count > 0) throw new InvariantException(found);
    }

    /// <summary>Likewise, and returns what is not as it must be.</summary>
    public static async Task<IReadOnlyList<Violation>> FindAsync(
        StorageClient client, StoragePaths paths, IActorRef? journal, InvariantOptions options,
        CancellationToken cancellation = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Whoever holds a lock may hold up every question after this one.
            var locks = Locks(paths).ToList();
            var found = locks.Count > 0 ? locks : await LookAsync(client, paths, journal, options, cancellation);
            if (found.Count > 0 && TimeProvider.System.GetElapsedTime(started) < options.Patience)
            {
                await Task.Delay(Between, cancellation);
                continue;
            }
            // It reads every tree, and what it finds does not go by itself.
            if (locks.Count == 0) found.AddRange(await FindingsAsync(client, options.Check, cancellation));
            return found;
        }
    }

    /// <summary>What <see cref="Invariant.IndexAndDirectoriesAgree"/> says, of a store whose engine need not
    /// run.</summary>
    /// <param name="allowUnfinished">See <see cref="InvariantOptions.AllowUnfinished"/>.</param>
    public static IReadOnlyList<Violation> CompareRecords(
        StoragePaths paths, StoreRecords records, bool allowUnfinished = false) =>
        [
            .. RecordedThings.Differences(paths, records, allowUnfinished)
                .Select(text => new Violation(Invariant.IndexAndDirectoriesAgree, text)),
        ];

    private static async Task<List<Violation>> LookAsync(
        StorageClient client, StoragePaths paths, IActorRef? journal, InvariantOptions options,
        CancellationToken cancellation)
    {
        var records = (await client.ListAllAsync(cancellation)).Records;
        var found = new List<Violation>();
        found.AddRange(StagedThings.In(paths).Select(text => new Violation(Invariant.NothingStaged, text)));
        found.AddRange(CompareRecords(paths, records, options.AllowUnfinished));
        if (!options.AllowMounts) found.AddRange(await MountsAsync(client, paths, cancellation));
        if (!options.AllowLeases) found.AddRange(await LeasesAsync(journal, records, cancellation));
        return found;
    }

    private static IEnumerable<Violation> Locks(StoragePaths paths)
    {
        string?[] locks =
        [
            paths.StorageLock, paths.LayersLock, paths.ImageStoreLayersLock, paths.MountPointsLock, paths.ImagesLock,
            paths.IsSplit ? paths.GraphRootImagesLock : null, paths.ContainersLock,
        ];
        foreach (var seen in locks.OfType<string>().Select(ObservedLock.Look))
        {
            foreach (var holder in seen.Holders)
                yield return new Violation(Invariant.LocksFree, $"{seen.Path} is held by {holder}");
            if (seen.Waiting > 0)
                yield return new Violation(Invariant.LocksFree, $"{seen.Waiting} wait for {seen.Path}");
        }
    }

    private static async Task<IEnumerable<Violation>> MountsAsync(
        StorageClient client, StoragePaths paths, CancellationToken cancellation)
    {
        var counted = (await client.ListMountsAsync(cancellation))
            .Select(mount => $"{mount.Layer} is counted as mounted at {mount.Path}");
        return counted.Concat(MountedThings.In(paths)).Select(text => new Violation(Invariant.NothingMounted, text));
    }

    private static async Task<IEnumerable<Violation>> LeasesAsync(
        IActorRef? journal, StoreRecords records, CancellationToken cancellation)
    {
        var open = journal is null ? [] : await OpenLeasesAsync(journal, cancellation);
        var texts = open.Select(lease => $"lease {lease.Id} of {lease.OwnerName} holds layer {lease.Layer}")
            .Concat(records.Layers.Where(layer => LeaseRecord.NameOf(layer) is { } name && !open.Any(IsNamed(name)))
                .Select(layer => $"layer {layer.Id} stands for a lease that is not open here"));
        return texts.Select(text => new Violation(Invariant.NoLeases, text));

        // The layer is called after its lease.
        static Func<Lease, bool> IsNamed(string name) =>
            lease => name.Contains($"-{lease.Id}-", StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Lease>> OpenLeasesAsync(IActorRef journal, CancellationToken cancellation)
    {
        var timeout = TimeSpan.FromSeconds(30);
        var reply = await journal.Ask<IReply>(
            replyTo => new LeaseProtocol.ListLeases(new Asker(replyTo, DateTimeOffset.UtcNow + timeout)),
            timeout, cancellation);
        return reply switch
        {
            LeaseProtocol.ListLeasesOk open => open.Leases,
            Refused refused => throw new StorageException(refused.Error),
            _ => throw new InvalidOperationException($"{reply.GetType().Name} is no answer to this request"),
        };
    }

    private static async Task<IEnumerable<Violation>> FindingsAsync(
        StorageClient client, CheckOptions options, CancellationToken cancellation)
    {
        var report = await client.CheckAsync(options, cancellation);
        return ((IEnumerable<IEnumerable<string>>)
        [
            report.Layers.Values.SelectMany(lines => lines), report.ReadOnlyLayers.Values.SelectMany(lines => lines),
            report.Images.Values.SelectMany(lines => lines), report.ReadOnlyImages.Values.SelectMany(lines => lines),
            report.Containers.Values.SelectMany(lines => lines),
            report.StorageLayers.Select(layer => $"layer {layer}: no record names it"),
        ]).SelectMany(lines => lines).Select(line => new Violation(Invariant.ChecksClean, line));
    }
}
