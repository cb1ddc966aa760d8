// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Looks from time to time at the layers of the own root, whoever put or deleted them, and tells the announcer
/// what is there when it is not what it told before.</summary>
internal sealed class LookingActor : UntypedActor, IWithTimers
{
    /*
     *   LookTick, LookNow, HoldingsChanged --ListLayers--> Looked --HoldingsAre--> the announcer
     *   HoldingsChanged --at once--> the announcer; and into what a look finds that began before it
     */
    private readonly StorageClient _client;
    private readonly IActorRef _announcer;
    private readonly TimeSpan _interval;
    private readonly List<DirectoryProtocol.HoldingsChanged> _changedMeanwhile = [];
    private IReadOnlyList<LayerRecord>? _told;
    private bool _isLooking;
    private bool _isToLookAgain;

    public static Props Props(StorageClient client, IActorRef announcer, TimeSpan interval) =>
        Akka.Actor.Props.Create(() => new LookingActor(client, announcer, interval));

    public LookingActor(StorageClient client, IActorRef announcer, TimeSpan interval) =>
        (_client, _announcer, _interval) = (client, announcer, interval);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Look();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DirectoryProtocol.HoldingsChanged changed: OnHoldingsChanged(changed); break;
            case DirectoryProtocol.LookNow: OnLookNow(); break;
            case LookTick: Look(); break;
            case Looked looked: OnLooked(looked.Layers); break;
            default: Unhandled(message); break;
        }
    }

    private void OnHoldingsChanged(DirectoryProtocol.HoldingsChanged changed)
    {
        _announcer.Forward(changed);
        if (_isLooking) _changedMeanwhile.Add(changed);
        OnLookNow();
    }

    /// <summary>Whoever wants it may have reason to be told again what he was told.</summary>
    private void OnLookNow()
    {
        _told = null;
        if (_isLooking) _isToLookAgain = true;
        else Look();
    }

    private void Look()
    {
        Timers.Cancel(LookTick.Instance);
        (_isLooking, _isToLookAgain) = (true, false);
        // It ends by the client's own deadline. A root that cannot be asked has what it had.
        _client.ListLayersAsync().PipeTo(
            Self, success: layers => new Looked(layers), failure: _ => new Looked(null));
    }

    private void OnLooked(IReadOnlyList<LayerRecord>? layers)
    {
        _isLooking = false;
        if (layers is not null && !AreTold(layers)) Announce(layers);
        _changedMeanwhile.Clear();
        if (_isToLookAgain) Look();
        else Timers.StartSingleTimer(LookTick.Instance, LookTick.Instance, _interval);
    }

    /// <summary>The engine keeps a record as it is until something about the layer changes.</summary>
    private bool AreTold(IReadOnlyList<LayerRecord> layers) =>
        _told?.SequenceEqual(layers, ReferenceEqualityComparer.Instance) == true;

    private void Announce(IReadOnlyList<LayerRecord> layers)
    {
        var digests = layers.Where(layer => !layer.Incomplete).Select(layer => layer.DiffDigest).OfType<Digest>()
            .ToHashSet();
        foreach (var changed in _changedMeanwhile)
        {
            digests.UnionWith(changed.Added);
            digests.ExceptWith(changed.Removed);
        }
        _announcer.Tell(new DirectoryProtocol.HoldingsAre(digests));
        _told = _isToLookAgain ? null : layers;
    }

    private sealed record Looked(IReadOnlyList<LayerRecord>? Layers) : ILocalMessage;

    private sealed record LookTick : ILocalMessage
    {
        public static LookTick Instance { get; } = new();
    }
}
