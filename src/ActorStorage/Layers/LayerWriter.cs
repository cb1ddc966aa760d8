// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using Akka.Actor;

namespace ActorStorage.Layers;

/// <summary>
/// Serves the commands that concern layers only, under layers.lock, held exclusively, with a current index. What need
/// not be done under the lock is left for afterwards.
/// </summary>
internal sealed class LayerWriter(
    LayerRoot root, FileLock layersLock, ReaperRef reaper, StorageSettings settings)
{
    private readonly List<LayerId> _committed = [];
    private readonly List<Trash> _trash = [];
    private LayerCommit? _ahead;

    /// <summary>What a command writes that can share an index write; null for the others.</summary>
    public static LayerWrite? WriteOf(LayerProtocol.ILayerCommand command) => command switch
    {
        LayerProtocol.CommitStagedLayer commit => commit.Commit,
        LayerProtocol.CommitDiff commit => commit.Diff,
        LayerProtocol.ChangeLayerNames change => new LayerWrite.ChangeNames(change.Layer, change.Change, change.Names),
        LayerProtocol.SetLayerMetadata set => new LayerWrite.SetMetadata(set.Layer, set.Metadata),
        LayerProtocol.SetBigData set => new LayerWrite.SetBigData(set.Layer, set.Key, set.Value),
        _ => null,
    };

    /// <summary>One index write.</summary>
    public IReadOnlyList<IReply> ServeBatch(IReadOnlyList<LayerProtocol.ILayerCommand> batch) =>
        [.. batch.Zip(Write([.. batch.Select(command => WriteOf(command)!)]), ReplyTo)];

    /// <inheritdoc cref="LayerCommit.CanPrepareAhead"/>
    public static bool CanPrepareAhead(LayerProtocol.ILayerCommand command) =>
        WriteOf(command) is { } write && LayerCommit.CanPrepareAhead(write);

    /// <inheritdoc cref="LayerCommit.PrepareAhead"/>
    public void PrepareAhead(IReadOnlyList<LayerProtocol.ILayerCommand> batch) =>
        _ahead = LayerCommit.PrepareAhead(root, [.. batch.Select(command => WriteOf(command)!)]);

    /// <summary>Under the lock, when nobody has written in between.</summary>
    public IReadOnlyList<IReply> ServeAhead(IReadOnlyList<LayerProtocol.ILayerCommand> batch)
    {
        var ahead = _ahead!;
        _ahead = null;
        return [.. batch.Zip(Remember(ahead.Publish(layersLock)), ReplyTo)];
    }

    /// <summary>Of requests that are to be served otherwise, or not at all.</summary>
    public void TakeBackAhead()
    {
        _ahead?.TakeBack();
        _ahead = null;
    }

    /// <summary>Whether the command makes layers visible, which must outlive a crash when it is answered.</summary>
    public static bool IsCommit(IRequest command) => command is
        LayerProtocol.CommitStagedLayer or WalkProtocol.CommitContainer or WalkProtocol.CommitMappedCopy;

    public IReply ServeAlone(LayerProtocol.ILayerCommand command) => command switch
    {
        LayerProtocol.ReleaseMountsWhileHeld release => ReleaseMounts(release),
        LayerProtocol.RecoverLayers => Recover(),
        LayerProtocol.CollectLayers => Collect(),
        LayerProtocol.CommitStorageLayer commit => CommitStorageLayer(commit),
        LayerProtocol.DeleteStorageLayer delete => DeleteStorageLayer(delete),
        LayerProtocol.ListStorageLayers => new LayerProtocol.ListStorageLayersOk([.. root.Driver.List()]),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a known command"),
    };

    /// <summary>Writes and remembers what is to be done after the hold.</summary>
    public IReadOnlyList<WriteOutcome<LayerRecord>> Write(IReadOnlyList<LayerWrite> writes) =>
        Remember(LayerCommit.Run(root, layersLock, writes));

    /// <param name="layers">Children before their parents.</param>
    public void Delete(IReadOnlyList<LayerId> layers)
    {
        if (layers.Count == 0) return;
        _committed.RemoveAll(layers.Contains);
        _trash.AddRange(LayerDeletion.Run(root, layersLock, layers, settings.RightWaitMax));
    }

    /// <summary>What the driver knows and no record names, when every record has gone.</summary>
    public void DeleteUnrecorded()
    {
        foreach (var layer in root.Driver.List()) _trash.AddRange(BareLayer.Delete(root, layer));
    }

    /// <summary>What was left for after the lock.</summary>
    /// <returns>Null, or what those are told whose layers are visible and may be lost again.</returns>
    public Refused? Settle()
    {
        Refused? notDurable = null;
        if (_committed.Count > 0)
        {
            Telemetry.CountCommits(_committed.Count);
            LayerCommit.RemoveMarks(root, _committed);
            // The records were synced before they were renamed into place; here the renames are.
            if (settings.Flush != FlushMode.None) notDurable = Sync();
        }
        foreach (var trash in _trash.Concat(root.TakeTrash())) reaper.Ref.Tell(new Reap(trash));
        _committed.Clear();
        _trash.Clear();
        return notDurable;
    }

    /// <summary>Staged layers of a request that was refused go; nobody has ever seen them.</summary>
    public static void DiscardStagedOf(IRequest request, ReaperRef reaper)
    {
        switch (request)
        {
            case LayerProtocol.CommitStagedLayer commit: Discard(commit.Commit, reaper); break;
            case LayerProtocol.CommitStorageLayer commit: Discard(commit.Tree, reaper); break;
            case LayerProtocol.CommitDiff commit: reaper.Ref.Tell(new Reap(commit.Diff.TarSplit)); break;
            case WalkProtocol.CommitMappedCopy commit: Discard(commit.MappedCopy, reaper); break;
            case WalkProtocol.CommitContainer commit:
                if (commit.MappedCopy is { } copy) Discard(copy, reaper);
                Discard(commit.Layer, reaper);
                break;
        }
    }

    private IReadOnlyList<WriteOutcome<LayerRecord>> Remember(LayerCommitResult result)
    {
        _committed.AddRange(result.Committed);
        _trash.AddRange(result.Trash);
        return result.Outcomes;
    }

    private static void Discard(LayerWrite.Commit commit, ReaperRef reaper)
    {
        Discard(commit.Staged.Content, reaper);
        if (commit.Staged.TarSplit is { } tarSplit) reaper.Ref.Tell(new Reap(tarSplit));
    }

    private static void Discard(StagedTree tree, ReaperRef reaper)
    {
        tree.Release();
        reaper.Ref.Tell(new Reap(tree.Place));
    }

    private Refused? Sync()
    {
        try
        {
            root.SyncDirectories();
            return null;
        }
        catch (StorageException cause)
        {
            root.Forget();
            return NotDurable.Because(cause);
        }
    }

    private IReply ReplyTo(LayerProtocol.ILayerCommand command, WriteOutcome<LayerRecord> outcome)
    {
        if (outcome.Error is { } error) return new Refused(error);
        // Found in the store after all: what was staged for it is not needed.
        if (command is LayerProtocol.CommitStagedLayer commit && outcome.AlreadyPresent) Discard(commit.Commit, reaper);
        return command switch
        {
            LayerProtocol.CommitStagedLayer =>
                new LayerProtocol.CommitStagedLayerOk(outcome.Record!, outcome.AlreadyPresent),
            LayerProtocol.CommitDiff => new LayerProtocol.CommitDiffOk(outcome.Record!),
            LayerProtocol.ChangeLayerNames => new LayerProtocol.ChangeLayerNamesOk(outcome.Record!.Names),
            LayerProtocol.SetLayerMetadata => new LayerProtocol.SetLayerMetadataOk(),
            _ => new LayerProtocol.SetBigDataOk(),
        };
    }

    private LayerProtocol.ReleaseMountsOk ReleaseMounts(LayerProtocol.ReleaseMountsWhileHeld release)
    {
        LayerId[] mounted = [.. root.Mounts().All.Select(mount => mount.Layer)];
        if (release.Force) LayerMounts.ReleaseAll(root, mounted, settings.RightWaitMax);
        if (mounted.Length > 0)
        {
            throw new StorageException(
                StorageErrorKind.InUse, "a layer is mounted: layer is in use by a container");
        }
        return new LayerProtocol.ReleaseMountsOk();
    }

    private LayerProtocol.RecoverLayersOk Recover()
    {
        var trash = LayerRecovery.Run(root);
        _trash.AddRange(trash);
        return new LayerProtocol.RecoverLayersOk(trash.Count);
    }

    private LayerProtocol.CollectLayersOk Collect()
    {
        var trash = LayerCollection.Run(root);
        _trash.AddRange(trash);
        return new LayerProtocol.CollectLayersOk(trash.Count, IsAll: trash.Count < LayerCollection.ItemsMax);
    }

    private LayerProtocol.CommitStorageLayerOk CommitStorageLayer(LayerProtocol.CommitStorageLayer commit)
    {
        _trash.AddRange(BareLayer.Show(root, commit.Tree));
        return new LayerProtocol.CommitStorageLayerOk();
    }

    private LayerProtocol.DeleteStorageLayerOk DeleteStorageLayer(LayerProtocol.DeleteStorageLayer delete)
    {
        _trash.AddRange(BareLayer.Delete(root, delete.Layer));
        return new LayerProtocol.DeleteStorageLayerOk();
    }
}
