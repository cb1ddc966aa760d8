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
                ImageRecord[] others = [.. stores.Images.Where(other => other.Id != image.Id)];
                if (!drop.Test) writer.Delete(image);
                return Step.Of(new ImageProtocol.DropImageOk(image, others, all.Containers));
            });
    }

    private Step AddMappedLayer(ImageProtocol.AddMappedLayerWhileHeld add) => Step.Of(
        new ImageProtocol.AddMappedLayerOk(writer.Write(new ImageWrite.AddMappedLayer(add.Image, add.Layer))));

    private Step RemoveMappedLayer(LayerId layer)
    {
        var users = stores.Images.Where(image => !image.IsReadOnly && image.MappedLayers.Contains(layer)).ToList();
        foreach (var image in users)
            writer.Write(new ImageWrite.RemoveMappedLayer(image.Id.Value, layer));
        return Step.Of(new ImageProtocol.RemoveMappedLayerOk());
    }

    /// <summary>The image's record changes first, as its copy is on disk already; it changes back when the container
    /// cannot be.</summary>
    private Step.Ask AddContainer(ImageProtocol.AddContainerWhileHeld add)
    {
        var image = add.Image is null ? null : StillThere(add.Image);
        if (image is not null && add.MappedLayer is { } copy)
            writer.Write(new ImageWrite.AddMappedLayer(image.Id.Value, copy));
        return new Step.Ask(
            containers.Ref,
            asker => new ContainerProtocol.CreateContainerWhileHeld(add.Container, image?.Id, add.Layer, asker),
            reply =>
            {
                if (reply is Refused && image is not null && add.MappedLayer is { } unused)
                    writer.Write(new ImageWrite.RemoveMappedLayer(image.Id.Value, unused));
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
            foreach (var image in stores.Images.Where(image => !image.IsReadOnly).ToList())
                writer.Delete(image);
            return Step.Of(new ImageProtocol.WipeImagesOk());
        });
}
