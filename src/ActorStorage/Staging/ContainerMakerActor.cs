// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Images;
using ActorStorage.Layers;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>
/// One container's way from an image to a record: finds the image, plans the layer to build on, stages the container's
/// own layer (and a mapped copy of the image's top layer when its owners do not fit), has all of it committed. For a
/// mount of an image only the copy is made.
/// </summary>
internal sealed class ContainerMakerActor : JobActor
{
    private readonly LayerStoreRef _layers;
    private readonly ImageStoreRef _images;
    private readonly StagingWork _work;
    private readonly TopLayerRequest _wanted;
    private ImageRecord? _image;

    public static Props Props(
        LayerStoreRef layers, ImageStoreRef images, StagingWork work, StagingProtocol.IStagingCommand request) =>
        Akka.Actor.Props.Create(
            () => new ContainerMakerActor(layers, images, work, request.Asker, TopLayerRequest.Of(request)));

    public ContainerMakerActor(
        LayerStoreRef layers, ImageStoreRef images, StagingWork work, Asker asker, TopLayerRequest wanted)
        : base(work, asker, wanted.Cancellation)
    {
        (_layers, _images) = (layers, images);
        (_work, _wanted) = (work, wanted);
    }

    protected override string Undone => $"the layer for {_wanted.Name} was not made";

    protected override void Begin()
    {
        if (_wanted.Image.Length > 0) _images.Ref.Tell(new ImageProtocol.GetImage(_wanted.Image, OwnAsker));
        else Plan();
    }

    protected override void OnAnswer(IReply answer)
    {
        switch (answer)
        {
            case ImageProtocol.GetImageOk found: OnGetImageOk(found); break;
            case LayerProtocol.PlanTopLayerOk plan: OnPlanTopLayerOk(plan); break;
            case WalkProtocol.CommitMappedCopyOk copy: End(new StagingProtocol.EnsureTopLayerOk(copy.Layer)); break;
            default: End(answer); break;
        }
    }

    protected override void OnResult(object result)
    {
        var staged = (StagedContainer)result;
        Commit(_layers.Ref, _wanted.Container is { } container
            ? new WalkProtocol.CommitContainer(container, _image, staged.MappedCopy, staged.Layer!, OwnAsker)
            : new WalkProtocol.CommitMappedCopy(_image!, staged.MappedCopy!, OwnAsker));
    }

    protected override void Discard(object result)
    {
        var staged = (StagedContainer)result;
        if (staged.MappedCopy is { } copy) _work.Discard(copy.Staged);
        if (staged.Layer is { } layer) _work.Discard(layer.Staged);
    }

    private void OnGetImageOk(ImageProtocol.GetImageOk found)
    {
        _image = found.Image;
        Plan();
    }

    private void Plan() => _layers.Ref.Tell(new LayerProtocol.PlanTopLayer(_image, _wanted.Maps, OwnAsker));

    private void OnPlanTopLayerOk(LayerProtocol.PlanTopLayerOk plan)
    {
        var choice = plan.Choice;
        if (_wanted.Container is null && choice.CopyMaps is null)
        {
            End(choice.Base is { } fits
                ? new StagingProtocol.EnsureTopLayerOk(fits)
                : new Refused(new StorageError(StorageErrorKind.NotFound, "layer not known")));
            return;
        }
        Work(stopping => ContainerStaging.Run(_work, _wanted, choice, stopping));
    }
}
