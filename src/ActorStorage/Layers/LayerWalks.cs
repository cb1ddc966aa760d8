// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Images;
using ActorStorage.Locking;
using ActorStorage.Watching;

namespace ActorStorage.Layers;

/// <summary>
/// Requests that need images and containers too. layers.lock is held from the first step to the last: nobody else, here
/// or in another process, can make or delete what spans stores meanwhile.
/// </summary>
internal sealed class LayerWalks(
    LayerRoot root, LayerWriter writer, ImageStoreRef images, ContainerStoreRef containers, StorageSettings settings)
{
    public Step Begin(WalkProtocol.IWalk walk) => walk switch
    {
        WalkProtocol.CreateImage create => CreateImage(create),
        WalkProtocol.CommitContainer commit => CommitContainer(commit),
        WalkProtocol.CommitMappedCopy commit => CommitMappedCopy(commit),
        WalkProtocol.DeleteImage delete => DeleteImage(delete),
        WalkProtocol.DeleteContainer delete => DeleteContainer(delete.Container),
        WalkProtocol.DeleteAny delete => DeleteAny(delete),
        WalkProtocol.Wipe => Wipe(),
        WalkProtocol.CollectUnused collect => CollectUnused(collect),
        WalkProtocol.ListAll => ListAll(),
        LayerProtocol.DeleteLayer delete => DeleteLayer(delete),
        LayerProtocol.MountLayerWhileHeld mount => OfLayer(mount.Layer, mount.OrContainer, (layer, container) =>
            Mount(layer, container, mount)),
        LayerProtocol.UnmountLayerWhileHeld unmount => OfLayer(AtPath(unmount.Layer), unmount.OrContainer, (layer, _) =>
            new LayerProtocol.UnmountLayerOk(
                LayerMounts.Unmount(root, layer, unmount.Force, settings.RightWaitMax))),
        _ => throw new ArgumentOutOfRangeException(nameof(walk), walk, "not a known walk"),
    };

    private Step CreateImage(WalkProtocol.CreateImage create)
    {
        LayerId? top = string.IsNullOrEmpty(create.Image.TopLayer) ? null : Resolve(create.Image.TopLayer).Id;
        return Step.AskFor<ImageProtocol.CreateImageOk>(
            images.Ref, asker => new ImageProtocol.CreateImageWhileHeld(create.Image, top, asker), created =>
            {
                Note(top, UseKind.BuiltOn);
                settings.Journal?.Uses.NoteOrigin(
                    StoreKind.Images, created.Image.Id.Value, create.Asker.Client, create.Image.Digest?.ToString());
                return Step.Of(created);
            });
    }

    /// <summary>Layers first, as the Go tools do: a crash leaves layers without a container, never the
    /// reverse.</summary>
    private Step CommitContainer(WalkProtocol.CommitContainer commit)
    {
        LayerWrite.Commit[] staged = commit.MappedCopy is null ? [commit.Layer] : [commit.MappedCopy, commit.Layer];
        var outcomes = writer.Write(staged);
        if (outcomes.FirstOrDefault(outcome => outcome.Error is not null) is { Error: { } error })
        {
            // The copy may have become visible without the layer that it was made for.
            writer.Delete(Visible(staged, outcomes));
            return Step.Of(new Refused(error));
        }
        return new Step.Ask(
            images.Ref,
            asker => new ImageProtocol.AddContainerWhileHeld(
                commit.Container, commit.Image, commit.MappedCopy?.Layer.Id, commit.Layer.Layer.Id, asker),
            reply =>
            {
                if (reply is Refused) writer.Delete(Visible(staged, outcomes));
                else Note(commit.Layer.Parent, UseKind.BuiltOn);
                return Step.Of(reply);
            });
    }

    private Step CommitMappedCopy(WalkProtocol.CommitMappedCopy commit)
    {
        LayerWrite.Commit[] staged = [commit.MappedCopy];
        var outcomes = writer.Write(staged);
        if (outcomes[0].Error is { } error) return Step.Of(new Refused(error));
        return new Step.Ask(
            images.Ref,
            asker => new ImageProtocol.AddMappedLayerWhileHeld(
                commit.Image, commit.MappedCopy.Layer.Id, asker),
            reply =>
            {
                if (reply is not Refused) return Step.Of(new WalkProtocol.CommitMappedCopyOk(outcomes[0].Record!));
                writer.Delete(Visible(staged, outcomes));
                return Step.Of(reply);
            });
    }

    /// <summary>The record goes before the layers: a crash leaves layers that nothing needs, which the check
    /// names.</summary>
    private Step DeleteImage(WalkProtocol.DeleteImage delete) => Step.AskFor<ImageProtocol.DropImageOk>(
        images.Ref,
        asker => new ImageProtocol.DropImageWhileHeld(delete.Image, EvenWhenUsed: false, delete.Test, asker),
        dropped =>
        {
            var layers = ImageDeletionPlan.Of(
                dropped.Dropped, dropped.Others, dropped.Containers, root.Index, settings.LayerUse).Layers;
            if (!delete.Test) writer.Delete(layers);
            return Step.Of(new WalkProtocol.DeleteImageOk(layers));
        });

    private Step DeleteContainer(string text) => Step.AskFor<ContainerProtocol.FindContainerOk>(
        containers.Ref,
        asker => new ContainerProtocol.FindContainer(text, asker),
        found => found.Container is { } container
            ? Delete(container, new WalkProtocol.DeleteContainerOk())
            : throw new StorageException(StorageErrorKind.NotFound, "container not known"));

    /// <summary>The layer goes before the record: what fails half-way can be asked for again.</summary>
    private Step Delete(ContainerRecord container, IReply done)
    {
        if (container.Layer is { } layer && root.Index.Find(layer) is not null) writer.Delete([layer]);
        return Step.AskFor<ContainerProtocol.DropContainerOk>(
            containers.Ref,
            asker => new ContainerProtocol.DropContainerWhileHeld(container.Id, asker),
            _ => Step.Of(done));
    }

    private Step DeleteAny(WalkProtocol.DeleteAny delete)
    {
        var done = new WalkProtocol.DeleteAnyOk();
        return Step.AskFor<ContainerProtocol.FindContainerOk>(
            containers.Ref,
            asker => new ContainerProtocol.FindContainer(delete.Item, asker),
            found => found.Container is { } container
                ? Delete(container, done)
                : DeleteImageOrLayer(delete.Item, done));
    }

    private Step.Ask DeleteImageOrLayer(string item, IReply done) => new Step.Ask(
        images.Ref,
        asker => new ImageProtocol.DropImageWhileHeld(item, EvenWhenUsed: true, Test: false, asker),
        reply =>
        {
            if (reply is ImageProtocol.DropImageOk) return Step.Of(done);
            if (reply is not Refused { Error.Kind: StorageErrorKind.NotFound }) return Step.Of(reply);
            return DeleteUnchecked(Writable(item, "layer not known"), done);
        });

    private Step DeleteLayer(LayerProtocol.DeleteLayer delete)
    {
        var done = new LayerProtocol.DeleteLayerOk();
        var layer = Writable(delete.Layer, delete.Force ? "layer not known" : "identifier is not a layer");
        if (delete.Force) return DeleteUnchecked(layer, done);
        if (root.Index.ChildrenOf(layer.Id) is [var child, ..])
            throw new StorageException(StorageErrorKind.HasChildren, $"used by layer {child}: layer has children");
        if (settings.LayerUse.LeasedBy(layer.Id) is { } owner)
            throw new StorageException(StorageErrorKind.InUse, $"layer {layer.Id} is leased by {owner}");
        return Step.AskFor<ImageProtocol.ListAllOk>(
            images.Ref,
            asker => new ImageProtocol.ListAllWhileHeld(asker),
            users =>
            {
                RefuseIfUsed(layer.Id, users);
                return DeleteUnchecked(layer, done);
            });
    }

    private static void RefuseIfUsed(LayerId layer, ImageProtocol.ListAllOk users)
    {
        if (users.Images.FirstOrDefault(image => image.TopLayer == layer) is { } image)
        {
            throw new StorageException(
                StorageErrorKind.InUse, $"layer {layer} used by image {image.Id}: layer is in use by an image");
        }
        if (users.Containers.FirstOrDefault(container => container.Layer == layer) is { } container)
        {
            throw new StorageException(
                StorageErrorKind.InUse,
                $"layer {layer} used by container {container.Id}: layer is in use by a container");
        }
    }

    /// <summary>The images forget the layer before it goes: one that names a layer that is not there has no size and
    /// makes no containers, while a copy that no image names can be deleted once more.</summary>
    private Step DeleteUnchecked(LayerRecord layer, IReply done) => Step.AskFor<ImageProtocol.RemoveMappedLayerOk>(
        images.Ref,
        asker => new ImageProtocol.RemoveMappedLayerWhileHeld(layer.Id, asker),
        _ =>
        {
            writer.Delete([layer.Id]);
            return Step.Of(done);
        });

    private Step Wipe() => Step.AskFor<ImageProtocol.WipeImagesOk>(
        images.Ref,
        asker => new ImageProtocol.WipeImagesWhileHeld(asker),
        _ =>
        {
            // The youngest first, so that a crash in the middle leaves no child without its parent.
            var layers = root.Index.Layers.Reverse().OrderByDescending(layer => layer.Created);
            LayerId[] youngestFirst = [.. layers.Select(layer => layer.Id)];
            writer.Delete(youngestFirst);
            writer.DeleteUnrecorded();
            return Step.Of(new WalkProtocol.WipeOk(youngestFirst.Length));
        });

    private Step ListAll() => Step.AskFor<ImageProtocol.ListAllOk>(
        images.Ref,
        asker => new ImageProtocol.ListAllWhileHeld(asker),
        right => Step.Of(new WalkProtocol.ListAllOk(
            new StoreRecords([.. root.Layers], right.Images, right.Containers), [.. root.Mounts().All])));

    /// <summary>While all are held: what is free now cannot be named by anybody before it is gone.</summary>
    private Step CollectUnused(WalkProtocol.CollectUnused collect) => Step.AskFor<ImageProtocol.ListAllOk>(
        images.Ref,
        asker => new ImageProtocol.ListAllWhileHeld(asker),
        right =>
        {
            var records = new StoreRecords([.. root.Layers], right.Images, right.Containers);
            var use = settings.LayerUse with { LastUsed = LastUsed };
            var unused = UnusedLayers.Choose(
                [.. root.Index.Layers], new LayerHolders(records, root.Mounts().All, use), use, collect.SizesBytes,
                collect.TargetBytes,
                collect.UnusedSince, collect.DryRun ? int.MaxValue : LayerCollection.ItemsMax);
            if (!collect.DryRun) writer.Delete([.. unused.Select(each => each.Layer)]);
            return Step.Of(new WalkProtocol.CollectUnusedOk(unused));
        });

    /// <summary>As whoever keeps the times of use says, else as the layer's directory does: with the lock held nobody
    /// can mount it before it is gone.</summary>
    private DateTimeOffset? LastUsed(LayerId layer)
    {
        if (settings.LayerUse.LastUsed(layer) is { } known) return known;
        if (root.Driver.TouchedAt(layer) is not { } touched || root.Index.Find(layer) is not { } record) return null;
        return DateTimeOffset.FromUnixTimeSeconds(Math.Max(touched.Seconds, record.Created.Moment.Seconds));
    }

    /// <summary>A layer that may be named by the container it belongs to.</summary>
    private Step OfLayer(string text, bool orContainer, Func<LayerRecord, ContainerRecord?, IReply> act)
    {
        if (!orContainer) return Step.Of(act(Resolve(text), null));
        return Step.AskFor<ContainerProtocol.FindContainerOk>(
            containers.Ref,
            asker => new ContainerProtocol.FindContainer(text, asker),
            found => Step.Of(act(Resolve(found.Container?.Layer?.Value ?? text), found.Container)));
    }

    private LayerProtocol.MountLayerOk Mount(
        LayerRecord layer, ContainerRecord? container, LayerProtocol.MountLayerWhileHeld mount)
    {
        if (layer.IsReadOnly)
        {
            throw new StorageException(
                StorageErrorKind.ReadOnly,
                "mounting read/only store images is not allowed: called a write method on a read-only store");
        }
        root.Driver.EnsureHomeMounted();
        Note(layer.Id, UseKind.Mounted);
        var request = new MountRequest
        {
            ReadOnly = mount.ReadOnly,
            Options = container is null ? null : container.MountOptions,
            Label = mount.MountLabel ?? layer.MountLabel,
            Volatile = settings.MountsVolatile && container is { IsMountedVolatile: true },
        };
        return new LayerProtocol.MountLayerOk(LayerMounts.Mount(root, layer, request, settings.RightWaitMax));
    }

    /// <summary>The layer that is mounted there, if the text is the path of a mount.</summary>
    private string AtPath(string text) => text.StartsWith('/')
        ? root.Mounts().All.FirstOrDefault(mount => mount.Path == text)?.Layer.Value ?? text
        : text;

    private void Note(LayerId? layer, UseKind use)
    {
        if (layer is { } used) settings.Journal?.Uses.Note(used, use);
    }

    private LayerRecord Resolve(string layer) => root.Require(layer);

    private LayerRecord Writable(string layer, string unknown) => root.Index.Resolve(layer) is { } found
        ? found
        : throw new StorageException(StorageErrorKind.NotFound, unknown);

    private static LayerId[] Visible(LayerWrite.Commit[] staged, IReadOnlyList<WriteOutcome<LayerRecord>> outcomes) =>
    [
        // Children before their parents.
        .. staged.Zip(outcomes).Where(each => each.Second is { Error: null, AlreadyPresent: false })
            .Select(each => each.First.Layer.Id).Reverse(),
    ];
}
