// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Images;
using ActorStorage.Layers;
using ActorStorage.Locking;
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>
/// One container's way from an image to a record: finds the image, plans the layer to build on, stages the container's
/// own layer (and a mapped copy of the image's top layer when its owners do not fit), has all of it committed, stops.
/// For a mount of an image only the copy is made.
/// </summary>
internal sealed class ContainerMakerActor : UntypedActor, IWithTimers
{
    /*
     *   Finding --GetImageOk--> Planning --PlanTopLayerOk--> Staging --Staged--> Committing --the reply--> stop
     *      |                       |                            |                   |
     *      +-----------Refused, Status.Failure, DeadlineTick----+-------------------+---> Refused, stop
     *
     *   Staging --DeadlineTick--> Refused, Abandoned --Staged, Status.Failure--> stop
     */
    private readonly LayerStoreRef _layers;
    private readonly ImageStoreRef _images;
    private readonly StagingWork _work;
    private readonly StagingProtocol.IStagingCommand _request;
    private readonly TopLayerRequest _wanted;
    private readonly CancellationTokenSource _stopping;
    private ImageRecord? _image;
    private bool _hasEnded;

    public static Props Props(
        LayerStoreRef layers, ImageStoreRef images, StagingWork work, StagingProtocol.IStagingCommand request) =>
        Akka.Actor.Props.Create(() => new ContainerMakerActor(layers, images, work, request));

    public ContainerMakerActor(
        LayerStoreRef layers, ImageStoreRef images, StagingWork work, StagingProtocol.IStagingCommand request)
    {
        (_layers, _images, _work, _request) = (layers, images, work, request);
        _wanted = TopLayerRequest.Of(request);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(_wanted.Cancellation);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var remaining = _request.Asker.Deadline - _work.Settings.Time.GetUtcNow();
        Timers.StartSingleTimer(
            nameof(DeadlineTick), DeadlineTick.Instance, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
        if (_wanted.Image.Length > 0) _images.Ref.Tell(new ImageProtocol.GetImage(_wanted.Image, OwnAsker));
        else Plan();
    }

    protected override void OnReceive(object message) => Finding(message);

    protected override void PostStop()
    {
        _stopping.Cancel();
        // Or the caller's token, which may live as long as the process, keeps it for ever. Its own token stays valid.
        _stopping.Dispose();
        // Stopped from outside, or crashed: the asker is owed an answer all the same.
        if (!_hasEnded) Tell(new Refused(new StorageError(StorageErrorKind.Cancelled, "the maker was stopped")));
    }

    private void Finding(object message)
    {
        switch (message)
        {
            case ImageProtocol.GetImageOk found: OnGetImageOk(found); break;
            default: OnRefusal(message); break;
        }
    }

    private void Planning(object message)
    {
        switch (message)
        {
            case LayerProtocol.PlanTopLayerOk plan: OnPlanTopLayerOk(plan); break;
            default: OnRefusal(message); break;
        }
    }

    private void Staging(object message)
    {
        switch (message)
        {
            case StagedContainer staged: OnStaged(staged); break;
            case Status.Failure failure: End(new Refused(StorageError.From(failure.Cause))); break;
            case DeadlineTick: OnDeadlineTick(); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>The asker has its answer; the work on the thread has not noticed yet that nobody wants it.</summary>
    private void Abandoned(object message)
    {
        switch (message)
        {
            case StagedContainer staged: OnStagedTooLate(staged); break;
            case Status.Failure: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Committing(object message)
    {
        switch (message)
        {
            case WalkProtocol.CommitMappedCopyOk copy: End(new StagingProtocol.EnsureTopLayerOk(copy.Layer)); break;
            case IReply reply: End(reply); break;
            // The store answers by the same deadline, and only it knows what became of the container.
            case DeadlineTick: break;
            default: Unhandled(message); break;
        }
    }

    private void OnRefusal(object message)
    {
        switch (message)
        {
            case Refused refused: End(refused); break;
            case DeadlineTick: End(TooLate); break;
            default: Unhandled(message); break;
        }
    }

    private Asker OwnAsker => new(Self, _request.Asker.Deadline);

    private void OnGetImageOk(ImageProtocol.GetImageOk found)
    {
        _image = found.Image;
        Plan();
    }

    private void Plan()
    {
        Become(Planning);
        _layers.Ref.Tell(new LayerProtocol.PlanTopLayer(_image, _wanted.Maps, OwnAsker));
    }

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
        Become(Staging);
        try
        {
            var (wanted, stopping) = (_wanted, _stopping.Token);
            _work.Threads.Run(() => ContainerStaging.Run(_work, wanted, choice, stopping)).PipeTo(Self);
        }
        catch (StorageException refused)
        {
            End(new Refused(refused.Error));
        }
    }

    private void OnStaged(StagedContainer staged)
    {
        Become(Committing);
        _layers.Ref.Tell(_wanted.Container is { } container
            ? new WalkProtocol.CommitContainer(container, _image, staged.MappedCopy, staged.Layer!, OwnAsker)
            : new WalkProtocol.CommitMappedCopy(_image!, staged.MappedCopy!, OwnAsker));
    }

    private void OnDeadlineTick()
    {
        _stopping.Cancel();
        Become(Abandoned);
        Tell(TooLate);
    }

    private void OnStagedTooLate(StagedContainer staged)
    {
        if (staged.MappedCopy is { } copy) _work.Discard(copy.Staged);
        if (staged.Layer is { } layer) _work.Discard(layer.Staged);
        Context.Stop(Self);
    }

    private Refused TooLate => new(new StorageError(
        StorageErrorKind.Cancelled, $"the layer for {_wanted.Name} was not made before the deadline"));

    private void End(IReply reply)
    {
        Tell(reply);
        Context.Stop(Self);
    }

    private void Tell(IReply reply)
    {
        _hasEnded = true;
        _request.Asker.ReplyTo.Tell(reply);
    }
}
