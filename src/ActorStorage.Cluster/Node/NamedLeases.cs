// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Journal.Leases;

namespace ActorStorage.Cluster.Node;

/// <summary>
/// Leases by names that clients choose. The journal knows leases of one layer each; those of one owner's name are one
/// lease here. Of a chain only the topmost layer needs one: it keeps all below it.
/// </summary>
internal sealed class NamedLeases(StorageClient client, JournalQuestion journal)
{
    /// <summary>Null when it is a term that can be kept.</summary>
    public static StorageError? Fault(LeaseTerm? term) =>
        term is null || (term.Name.Length > 0 && term.KeepFor > TimeSpan.Zero && term.KeepFor <= WireValues.TimeMax)
            ? null
            : new StorageError(StorageErrorKind.Invalid, "a lease needs a name, and a time of ten years at most");

    /// <summary>Everything under that name stays as long as the term says, and so do these layers.</summary>
    /// <returns>Those that are gone.</returns>
    public async Task<IReadOnlySet<LayerId>> KeepAsync(
        LeaseTerm term, IReadOnlyCollection<LayerId> layers, CancellationToken cancellation)
    {
        var owned = await OwnedAsync(term.Name, cancellation).ConfigureAwait(false);
        var renewed = await Task.WhenAll(owned.Select(lease => RenewAsync(lease, term, cancellation)))
            .ConfigureAwait(false);
        var catalog = new LayerCatalog(await client.ListLayersAsync(cancellation).ConfigureAwait(false));
        var kept = renewed.OfType<Lease>().SelectMany(lease => catalog.DownFrom(lease.Layer)).ToHashSet();
        var bare = layers.Where(layer => !kept.Contains(layer)).ToHashSet();
        var covered = bare.SelectMany(layer => catalog.DownFrom(layer).Skip(1)).ToHashSet();
        var tops = bare.Where(layer => !covered.Contains(layer)).ToList();
        var failed = (await Task.WhenAll(tops.Select(top => AcquireAsync(term, top, cancellation)))
            .ConfigureAwait(false)).OfType<LayerId>().ToList();
        if (failed.Count == 0) return failed.ToHashSet();
        // A top that is gone may have left what was below it, which nothing keeps then.
        var below = failed.SelectMany(top => catalog.DownFrom(top)).ToHashSet();
        var left = bare.Where(below.Contains).Except(failed).ToList();
        if (left.Count == 0) return failed.ToHashSet();
        return failed.Concat(await KeepAsync(term, left, cancellation).ConfigureAwait(false)).ToHashSet();
    }

    /// <exception cref="StorageException">NotFound: nothing is kept under that name.</exception>
    public async Task RenewAsync(LeaseTerm term, CancellationToken cancellation)
    {
        var owned = await OwnedAsync(term.Name, cancellation).ConfigureAwait(false);
        var renewed = await Task.WhenAll(owned.Select(lease => RenewAsync(lease, term, cancellation)))
            .ConfigureAwait(false);
        if (!renewed.OfType<Lease>().Any())
            throw new StorageException(StorageErrorKind.NotFound, $"lease {term.Name} keeps nothing, or has ended");
    }

    public async Task ReleaseAsync(string name, CancellationToken cancellation)
    {
        var owned = await OwnedAsync(name, cancellation).ConfigureAwait(false);
        await Task.WhenAll(owned.Select(lease => ReleaseAsync(lease, cancellation))).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Lease>> OwnedAsync(string name, CancellationToken cancellation)
    {
        var all = await journal.AskAsync<LeaseProtocol.ListLeasesOk>(
            asker => new LeaseProtocol.ListLeases(asker), cancellation).ConfigureAwait(false);
        var owner = OwnerOf(name);
        return [.. all.Leases.Where(lease => lease.OwnerName == owner)];
    }

    private async Task<Lease?> RenewAsync(Lease lease, LeaseTerm term, CancellationToken cancellation)
    {
        try
        {
            return (await journal.AskAsync<LeaseProtocol.RenewLeaseOk>(
                asker => new LeaseProtocol.RenewLease(lease.Id, term.KeepFor, asker), cancellation)
                .ConfigureAwait(false)).Lease;
        }
        catch (StorageException ended) when (ended.Kind == StorageErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <returns>The layer if it is gone.</returns>
    private async Task<LayerId?> AcquireAsync(LeaseTerm term, LayerId layer, CancellationToken cancellation)
    {
        try
        {
            await journal.AskAsync<LeaseProtocol.AcquireLeaseOk>(
                asker => new LeaseProtocol.AcquireLease(layer, term.KeepFor, OwnerOf(term.Name), Owner: null, asker),
                cancellation).ConfigureAwait(false);
            return null;
        }
        catch (StorageException gone) when (gone.Kind is StorageErrorKind.NotFound or StorageErrorKind.ParentUnknown)
        {
            return layer;
        }
    }

    private async Task ReleaseAsync(Lease lease, CancellationToken cancellation)
    {
        try
        {
            await journal.AskAsync<LeaseProtocol.ReleaseLeaseOk>(
                asker => new LeaseProtocol.ReleaseLease(lease.Id, asker), cancellation).ConfigureAwait(false);
        }
        catch (StorageException ended) when (ended.Kind == StorageErrorKind.NotFound)
        {
            // It has ended by itself.
        }
    }

    private static string OwnerOf(string name) => $"lease {name}";
}
