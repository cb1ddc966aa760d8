// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using Akka.Actor;

namespace ActorStorage.Layers;

/// <summary>
/// Serves commands in one hold of layers.lock, in the order in which they came: those that only commit or edit share
/// one index write, the others take their turn between them. What need not be done under the lock is left for
/// afterwards.
/// </summary>
internal sealed class LayerWriter(LayerRoot root, ReaperRef reaper, StorageSettings settings)
{
    private readonly List<LayerId> _committed = [];
    private readonly List<Trash> _trash = [];

    /// <summary>Under layers.lock, held exclusively, with a current index. Never throws for what a command
    /// asks.</summary>
    public void Serve(
        FileLock layersLock, WaitingRequests<LayerProtocol.ILayerCommand> commands, List<(IRequest, IReply)> replies)
    {
        for (var served = 0; served < settings.LayerBatchMax && commands.Count > 0;)
        {
            var batch = TakeBatch(commands, settings.LayerBatchMax - served);
            served += batch.Count;
            var answers = AnswerOrRefuse(layersLock, batch);
            for (var i = 0; i < batch.Count; i++) replies.Add((batch[i], answers[i]));
            // After a failure in the middle of an index write nobody knows what stands on disk: reload first.
            if (!root.IsLoaded) return;
        }
    }

    /// <summary>What was left for after the lock.</summary>
    /// <returns>Null, or what those are told whose layers are visible and may be lost again.</returns>
    public Refused? Settle()
    {
        Refused? notDurable = null;
        if (_committed.Count > 0)
        {
            LayerCommit.RemoveMarks(root, _committed);
            // The records were synced before they were renamed into place; here the renames are.
            if (settings.Flush != FlushMode.None) notDurable = Sync();
        }
        foreach (var trash in _trash.Concat(root.TakeTrash())) reaper.Ref.Tell(new Reap(trash));
        _committed.Clear();
        _trash.Clear();
        return notDurable;
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
            return new Refused(cause.Error with
            {
                Message = $"the layer is in the store, but may not outlive a crash: {cause.Message}",
            });
        }
    }

    /// <summary>A staged layer that was refused: the tree goes, and nobody has ever seen it.</summary>
    public void Discard(StagedLayer staged)
    {
        reaper.Ref.Tell(new Reap(staged.Tree));
        if (staged.TarSplit is { } tarSplit) reaper.Ref.Tell(new Reap(tarSplit));
    }

    /// <summary>One command, or as many as can share an index write.</summary>
    private static List<LayerProtocol.ILayerCommand> TakeBatch(
        WaitingRequests<LayerProtocol.ILayerCommand> commands, int countMax)
    {
        var batch = new List<LayerProtocol.ILayerCommand> { commands.Take() };
        if (WriteOf(batch[0]) is null) return batch;
        while (batch.Count < countMax && commands.Count > 0 && WriteOf(commands.First) is not null)
            batch.Add(commands.Take());
        return batch;
    }

    private static LayerWrite? WriteOf(LayerProtocol.ILayerCommand command) => command switch
    {
        LayerProtocol.CommitStagedLayer commit => commit.Commit,
        LayerProtocol.ChangeLayerNames change => new LayerWrite.ChangeNames(change.Layer, change.Change, change.Names),
        LayerProtocol.SetLayerMetadata set => new LayerWrite.SetMetadata(set.Layer, set.Metadata),
        LayerProtocol.SetBigData set => new LayerWrite.SetBigData(set.Layer, set.Key, set.Value),
        _ => null,
    };

    /// <summary>Every command of a batch is owed an answer, also after a failure that nobody thought of.</summary>
    private IReadOnlyList<IReply> AnswerOrRefuse(FileLock layersLock, List<LayerProtocol.ILayerCommand> batch)
    {
        try
        {
            return Answer(layersLock, batch);
        }
        catch (Exception cause)
        {
            root.Forget();
            return [.. batch.Select(_ => new Refused(StorageError.From(cause)))];
        }
    }

    private IReadOnlyList<IReply> Answer(FileLock layersLock, List<LayerProtocol.ILayerCommand> batch)
    {
        if (WriteOf(batch[0]) is null) return [AnswerAlone(layersLock, batch[0])];
        var result = LayerCommit.Run(root, layersLock, [.. batch.Select(command => WriteOf(command)!)]);
        _committed.AddRange(result.Committed);
        _trash.AddRange(result.Trash);
        return [.. batch.Zip(result.Outcomes, ReplyTo)];
    }

    private IReply ReplyTo(LayerProtocol.ILayerCommand command, WriteOutcome<LayerRecord> outcome)
    {
        if (outcome.Error is { } error) return new Refused(error);
        // Found in the store after all: what was staged for it is not needed.
        if (command is LayerProtocol.CommitStagedLayer commit && outcome.AlreadyPresent) Discard(commit.Commit.Staged);
        return command switch
        {
            LayerProtocol.CommitStagedLayer =>
                new LayerProtocol.CommitStagedLayerOk(outcome.Record!, outcome.AlreadyPresent),
            LayerProtocol.ChangeLayerNames => new LayerProtocol.ChangeLayerNamesOk(outcome.Record!.Names),
            LayerProtocol.SetLayerMetadata => new LayerProtocol.SetLayerMetadataOk(),
            _ => new LayerProtocol.SetBigDataOk(),
        };
    }

    private IReply AnswerAlone(FileLock layersLock, LayerProtocol.ILayerCommand command)
    {
        try
        {
            return command switch
            {
                LayerProtocol.DeleteLayer delete => Delete(layersLock, delete),
                LayerProtocol.WipeLayers => Wipe(layersLock),
                LayerProtocol.MountLayerWhileHeld mount => Mount(mount),
                LayerProtocol.UnmountLayerWhileHeld unmount => Unmount(unmount),
                LayerProtocol.ReleaseMountsWhileHeld release => ReleaseMounts(release),
                LayerProtocol.RecoverLayers => Recover(),
                _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a known command"),
            };
        }
        catch (StorageException refused)
        {
            return new Refused(refused.Error);
        }
    }

    private LayerProtocol.DeleteLayerOk Delete(FileLock layersLock, LayerProtocol.DeleteLayer delete)
    {
        var layer = root.Index.Resolve(delete.Layer)
            ?? throw new StorageException(
                StorageErrorKind.NotFound, delete.Force ? "layer not known" : "identifier is not a layer");
        if (!delete.Force) RefuseIfNeeded(layer.Id);
        _trash.AddRange(LayerDeletion.Run(root, layersLock, [layer.Id], settings.RightWaitMax));
        return new LayerProtocol.DeleteLayerOk();
    }

    private void RefuseIfNeeded(LayerId layer)
    {
        if (root.Index.ChildrenOf(layer) is [var child, ..])
            throw new StorageException(StorageErrorKind.HasChildren, $"used by layer {child}: layer has children");
        var references = LayerReferences.Load(root.Paths, settings.RightWaitMax);
        if (references.Images.TryGetValue(layer.Value, out var image))
        {
            throw new StorageException(
                StorageErrorKind.InUse, $"layer {layer} used by image {image}: layer is in use by an image");
        }
        if (references.Containers.TryGetValue(layer.Value, out var container))
        {
            throw new StorageException(
                StorageErrorKind.InUse, $"layer {layer} used by container {container}: layer is in use by a container");
        }
    }

    private LayerProtocol.WipeLayersOk Wipe(FileLock layersLock)
    {
        if (!LayerReferences.Load(root.Paths, settings.RightWaitMax).IsEmpty)
        {
            throw new StorageException(
                StorageErrorKind.InUse, "images or containers are recorded that need the layers: remove them first");
        }
        // The youngest first, so that a crash in the middle leaves no child without its parent.
        var layers = root.Index.Layers.Reverse().OrderByDescending(layer => layer.Created);
        LayerId[] youngestFirst = [.. layers.Select(layer => layer.Id)];
        if (youngestFirst.Length > 0)
            _trash.AddRange(LayerDeletion.Run(root, layersLock, youngestFirst, settings.RightWaitMax));
        return new LayerProtocol.WipeLayersOk(youngestFirst.Length);
    }

    private LayerProtocol.MountLayerOk Mount(LayerProtocol.MountLayerWhileHeld mount)
    {
        var layer = root.Index.Require(mount.Layer);
        root.Driver.EnsureHomeMounted();
        var request = new MountRequest { ReadOnly = mount.ReadOnly, Label = mount.MountLabel ?? layer.MountLabel };
        return new LayerProtocol.MountLayerOk(LayerMounts.Mount(root, layer, request, settings.RightWaitMax));
    }

    private LayerProtocol.UnmountLayerOk Unmount(LayerProtocol.UnmountLayerWhileHeld unmount)
    {
        var layer = root.Index.Require(unmount.Layer);
        return new LayerProtocol.UnmountLayerOk(
            LayerMounts.Unmount(root, layer, unmount.Force, settings.RightWaitMax));
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
}
