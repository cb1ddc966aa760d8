// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Looks from time to time at the layers of the own root, whoever put or deleted them, and tells the announcer
/// what is there.</summary>
internal sealed class LookingActor : UntypedActor, IWithTimers
{
    private readonly StorageClient _client;
    private readonly IActorRef _announcer;
    private readonly TimeSpan _interval;
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
            case DirectoryProtocol.LookNow when _isLooking: _isToLookAgain = true; break;
            case DirectoryProtocol.LookNow: Look(); break;
            case Looked looked: OnLooked(looked.All); break;
            default: Unhandled(message); break;
        }
    }

    private void Look()
    {
        Timers.Cancel(DirectoryProtocol.LookNow.Instance);
        (_isLooking, _isToLookAgain) = (true, false);
        // It ends by the client's own deadline. A root that cannot be asked has what it had.
        _client.ListLayersAsync().PipeTo(
            Self,
            success: layers => new Looked(new DirectoryProtocol.HoldingsAre(
                [.. layers.Where(layer => !layer.Incomplete).Select(layer => layer.DiffDigest).OfType<Disk.Digest>()])),
            failure: _ => new Looked(null));
    }

    private void OnLooked(DirectoryProtocol.HoldingsAre? all)
    {
        _isLooking = false;
        if (all is not null) _announcer.Tell(all);
        if (_isToLookAgain) Look();
        else Timers.StartSingleTimer(DirectoryProtocol.LookNow.Instance, DirectoryProtocol.LookNow.Instance, _interval);
    }

    private sealed record Looked(DirectoryProtocol.HoldingsAre? All) : ILocalMessage;
}
