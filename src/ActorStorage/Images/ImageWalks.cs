// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Containers;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Locking;

namespace ActorStorage.Images;

/// <summary>
/// Requests of the layer store, which keeps layers.lock while they are served; some of them go on to the containers
/// while images.lock is held too.
/// </summary>
internal sealed class ImageWalks(ImageStores stores, ImageWriter writer, ContainerStoreRef containers)
{
    public Step Begin(ImageProtocol.IImageCommand command) => command switch
    {
        ImageProtocol.CreateImageWhileHeld create => Create(create),
        ImageProtocol.DropImageWhileHeld drop => Drop(drop),
        ImageProtocol.AddMappedLayerWhileHeld add => AddMappedLayer(add),
        ImageProtocol.RemoveMappedLayerWhileHeld remove => RemoveMappedLayer(remove.Layer),
        ImageProtocol.AddContainerWhileHeld add => AddContainer(add),
        ImageProtocol.ListAllWhileHeld => ListAll(),
        ImageProtocol.WipeImagesWhileHeld => Wipe(),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a known command"),
    };

    private Step Create(ImageProtocol.CreateImageWhileHeld create) => Step.Of(
        new ImageProtocol.CreateImageOk(writer.Create(create.Image, create.TopLayer)));

    private Step Drop(ImageProtocol.DropImageWhileHeld drop)
    {
        var image = stores.Find(drop.Image) is { Image: { IsReadOnly: false } found }
            ? found
            : throw new StorageException(StorageErrorKind.NotFound, "identifier is not an image");
        return Step.AskFor<ContainerProtocol.ListContainersOk>(
            containers.Ref,
            asker => new ContainerProtocol.ListContainers(asker),
            all =>
            {
                if (!drop.EvenWhenUsed) ImageDeletionPlan.RefuseUsed(image, all.Containers);
                // One that was copied to be changed stands in two stores, and would come back from the second.
                var dropped = stores.Images.Where(each => each.Id == image.Id && !each.IsReadOnly).ToList();
                var others = stores.Images.Where(other => other.Id != image.Id).ToList();
                if (!drop.Test) WriteToEach(dropped, each => new ImageWrite.Delete(each.Id.Value));
                return Step.Of(new ImageProtocol.DropImageOk(dropped, others, all.Containers));
            });
    }

    private Step AddMappedLayer(ImageProtocol.AddMappedLayerWhileHeld add) => Step.Of(
        new ImageProtocol.AddMappedLayerOk(Enter(StillThere(add.Image), add.Layer)));

    private Step RemoveMappedLayer(LayerId layer)
    {
        WriteToEach(
            stores.Images.Where(image => image.MappedLayers.Contains(layer)),
            image => new ImageWrite.RemoveMappedLayer(image.Id.Value, layer));
        return Step.Of(new ImageProtocol.RemoveMappedLayerOk());
    }

    /// <summary>The image's record changes first, as its copy is on disk already; it changes back when the container
    /// cannot be.</summary>
    private Step.Ask AddContainer(ImageProtocol.AddContainerWhileHeld add)
    {
        var image = add.Image is null ? null : StillThere(add.Image);
        if (image is not null && add.MappedLayer is { } copy)
            Enter(image, copy);
        return new Step.Ask(
            containers.Ref,
            asker => new ContainerProtocol.CreateContainerWhileHeld(add.Container, image?.Id, add.Layer, asker),
            reply =>
            {
                if (reply is Refused && image is not null && add.MappedLayer is { } unused)
                    writer.Write(image.Store, new ImageWrite.RemoveMappedLayer(image.Id.Value, unused));
                return Step.Of(reply);
            });
    }

    /// <summary>Looked for when the container was planned; layers.lock was free since.</summary>
    private ImageRecord StillThere(ImageRecord planned) =>
        stores.Images.FirstOrDefault(image => image.Id == planned.Id && image.TopLayer == planned.TopLayer)
        ?? throw new StorageException(
            StorageErrorKind.NotFound, $"locating image with ID {Quoted.Text(planned.Id.Value)}: image not known");

    private Step ListAll() => Step.AskFor<ContainerProtocol.ListContainersOk>(
        containers.Ref,
        asker => new ContainerProtocol.ListContainers(asker),
        all => Step.Of(new ImageProtocol.ListAllOk([.. stores.Images], all.Containers)));

    private Step Wipe() => Step.AskFor<ContainerProtocol.WipeContainersOk>(
        containers.Ref,
        asker => new ContainerProtocol.WipeContainersWhileHeld(asker),
        _ =>
        {
            WriteToEach(stores.Images, image => new ImageWrite.Delete(image.Id.Value));
            return Step.Of(new ImageProtocol.WipeImagesOk());
        });

    private ImageRecord Enter(ImageRecord image, LayerId copy) =>
        writer.Write(image.Store, new ImageWrite.AddMappedLayer(image.Id.Value, copy))[0];

    /// <summary>To the records that may be written, each where it stands.</summary>
    private void WriteToEach(IEnumerable<ImageRecord> images, Func<ImageRecord, ImageWrite> write)
    {
        foreach (var store in images.Where(image => !image.IsReadOnly).GroupBy(image => image.Store).ToList())
            writer.Write(store.Key, [.. store.Select(write)]);
    }
}
