// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Cluster.Node.Ensuring;
using ActorStorage.Cluster.Node.Neighbours;
using ActorStorage.Cluster.Node.Origin;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <summary>
/// One root as others see it from their machines: answers every message of <see cref="NodeProtocol"/>, each request
/// exactly once and within its time, by asking the engine and its journal. What blocks is done by their threads.
/// </summary>
internal sealed partial class NodeActor : UntypedActor, IWithTimers
{
    /*
     *   a request --owed--> a question: one task --Answered--> the answer
     *             --owed--> a layer:    its job (NodeActor.Ensuring.cs) --Answered--> the answer
     *             --owed--> an image:   a job for each layer, then a task --Answered--> the answer
     *             its time is up --DeadlineTick--> the refusal, and whatever comes later is nobody's
     */
    private readonly NodeSettings _settings;
    private readonly IActorRef _journal;
    private readonly Neighbourhood? _neighbours;
    private readonly StorageClient _client;
    private readonly TimeProvider _time;
    private readonly NamedLeases _leases;
    private readonly NodeQuestions _questions;
    private readonly ImagePutting _images;
    private readonly LayerOrigin _origin;
    private readonly EnsureQueue _queue;
    private readonly KeyBook _keys;
    private readonly string _address;
    private readonly Dictionary<long, OwedReply> _owed = [];
    private readonly Dictionary<string, IActorRef> _subscriptions = new(StringComparer.Ordinal);
    private long _lastId;
    private bool _isDraining;

    /// <param name="storage">The <see cref="StorageActor"/> of the root.</param>
    /// <param name="journal">Its <see cref="Journal.JournalActor"/>.</param>
    /// <param name="neighbours">Null for a node that is alone.</param>
    /// <param name="serving">Null when it gives no layers to others.</param>
    public static Props Props(
        NodeSettings settings, IActorRef storage, IActorRef journal, Neighbourhood? neighbours, LayerServing? serving,
        TimeProvider time) =>
        Akka.Actor.Props.Create(() => new NodeActor(settings, storage, journal, neighbours, serving, time));

    public NodeActor(
        NodeSettings settings, IActorRef storage, IActorRef journal, Neighbourhood? neighbours, LayerServing? serving,
        TimeProvider time)
    {
        (_settings, _journal, _neighbours, _time) = (settings, journal, neighbours, time);
        // A request's own time ends before.
        _client = new StorageClient(storage, settings.RequestTimeMax, time);
        _address = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress.ToString();
        var question = new JournalQuestion(journal, settings.RequestTimeMax, time);
        _leases = new NamedLeases(_client, question);
        _questions = new NodeQuestions(_client, _leases, settings, _address, neighbours, serving);
        _images = new ImagePutting(question, _leases);
        _origin = new LayerOrigin(settings);
        _queue = new EnsureQueue(settings.LayersMax, settings.WaitingMax);
        _keys = new KeyBook(settings.KeysMax, settings.KeysKept, time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // A subscription that crashed is over: its last word says so.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NodeProtocol.Subscribe subscribe: OnSubscribe(subscribe); break;
            case INodeRequest request: OnRequest(request); break;
            case NodeProtocol.PageTaken taken: OnSubscribersWord(taken.Subscription, taken); break;
            case NodeProtocol.Unsubscribe end: OnSubscribersWord(end.Subscription, end); break;
            case Answered answered: OnAnswered(answered); break;
            case DeadlineTick tick: OnDeadlineTick(tick.Id); break;
            case Looked looked: OnLooked(looked); break;
            case Fetched fetched: OnFetched(fetched); break;
            case Claimed claimed: OnClaimed(claimed); break;
            case FollowTick tick: OnFollowTick(tick.Job); break;
            case Terminated ended: OnSubscriptionEnded(ended.ActorRef); break;
            case Unreadable unreadable: Sender.Tell(unreadable.Answer); break;
            // An answer that came here by mistake. Two who answer each other's answers would never end.
            case INodeMessage: break;
            default: OnStranger(message); break;
        }
    }

    protected override void PostStop()
    {
        foreach (var job in _queue.All.ToList())
        {
            _queue.Remove(job);
            job.Stopping.Cancel();
        }
        foreach (var id in _owed.Keys.ToList())
            Answer(id, Refusal(StorageErrorKind.Cancelled, "the node is stopping"));
        _origin.Dispose();
    }

    private void OnRequest(INodeRequest request)
    {
        if (Fault(request) is { } fault)
        {
            Sender.Tell(new NodeProtocol.RequestRefused(fault));
            return;
        }
        var owed = Owe(request);
        switch (request)
        {
            case NodeProtocol.EnsureLayer ensure: OnEnsureLayer(owed, ensure); break;
            case NodeProtocol.EnsureImage ensure: OnEnsureImage(owed, ensure); break;
            case NodeProtocol.Drain: OnDrain(); break;
            default: Ask(owed, given => Question(request, given)); break;
        }
    }

    private StorageError? Fault(INodeRequest request)
    {
        if (request.Caller.Within <= TimeSpan.Zero) return new(StorageErrorKind.Cancelled, "its time was over");
        // Whoever ends a node that is full must be heard.
        if (_owed.Count >= _settings.RequestsMax && request is not NodeProtocol.Drain)
            return new(StorageErrorKind.Busy, $"{_owed.Count} requests wait for an answer already");
        return request switch
        {
            NodeProtocol.EnsureLayer ensure => Draining ?? EnsureFault.Of(ensure),
            NodeProtocol.EnsureImage ensure => Draining ?? EnsureFault.Of(ensure),
            NodeProtocol.Reserve => Draining,
            NodeProtocol.FindMissing find => NamedLeases.Fault(find.Lease),
            NodeProtocol.AcquireLease acquire => Draining ?? NamedLeases.Fault(acquire.Lease),
            NodeProtocol.RenewLease renew => NamedLeases.Fault(renew.Lease),
            _ => null,
        };
    }

    private StorageError? Draining => _isDraining
        ? new(StorageErrorKind.Cancelled, "the node is draining and takes nothing new")
        : null;

    private OwedReply Owe(INodeRequest request)
    {
        var wish = request switch
        {
            NodeProtocol.EnsureLayer ensure => $"layer {ChainId.Of(ensure.Parents, ensure.Layer.Digest)}",
            NodeProtocol.EnsureImage ensure =>
                $"image {ensure.Image} {string.Join(' ', ensure.Layers.Select(layer => layer.Digest))}",
            _ => "",
        };
        var owed = new OwedReply(++_lastId, request, Sender, wish)
        {
            Layers = new NodeProtocol.EnsureLayerOk?[(request as NodeProtocol.EnsureImage)?.Layers.Count ?? 0],
        };
        _owed.Add(owed.Id, owed);
        var within = request.Caller.Within ?? _settings.RequestTime;
        Timers.StartSingleTimer(
            owed.Id, new DeadlineTick(owed.Id), within < _settings.RequestTimeMax ? within : _settings.RequestTimeMax);
        return owed;
    }

    private Task<INodeReply> Question(INodeRequest request, CancellationToken given) => request switch
    {
        NodeProtocol.FindMissing find => _questions.FindMissingAsync(find, given),
        NodeProtocol.WhereIs where => _questions.WhereIsAsync(where, given),
        NodeProtocol.RankNodes rank => _questions.RankNodesAsync(rank, Load, given),
        NodeProtocol.DrawTicket draw => _questions.DrawTicketAsync(draw, given),
        NodeProtocol.AcquireLease acquire => _questions.AcquireLeaseAsync(acquire, given),
        NodeProtocol.RenewLease renew => _questions.RenewLeaseAsync(renew, given),
        NodeProtocol.ReleaseLease release => _questions.ReleaseLeaseAsync(release, given),
        NodeProtocol.Reserve reserve => _questions.ReserveAsync(reserve, given),
        NodeProtocol.Collect collect => _questions.CollectAsync(collect, given),
        NodeProtocol.Explain explain => _questions.ExplainAsync(explain, given),
        NodeProtocol.WhoHolds who => _questions.WhoHoldsAsync(who, given),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "not a known request"),
    };

    private NodeRank Load => new(_address, 0, 0, _queue.Running, _queue.RunningMax, _queue.Waiting, 0, _isDraining);

    private void Ask(OwedReply owed, Func<CancellationToken, Task<INodeReply>> question) =>
        Asked(owed.Request, question, owed.Given.Token).PipeTo(
            Self, success: reply => new Answered(owed, reply),
            failure: cause => new Answered(owed, new NodeProtocol.RequestRefused(StorageError.From(cause))));

    /// <summary>Part of the caller's trace. What is thrown at once is a failure like what is thrown later.</summary>
    private static async Task<INodeReply> Asked(
        INodeRequest request, Func<CancellationToken, Task<INodeReply>> question, CancellationToken given)
    {
        using var span = SpanOf(request.GetType().Name, request.Caller.TraceParent);
        return await question(given).ConfigureAwait(false);
    }

    private static Activity? SpanOf(string name, string? parent) =>
        Telemetry.Source.StartActivity(name, ActivityKind.Server, parent);

    /// <summary>What this actor was asked before a restart had the same numbers.</summary>
    private void OnAnswered(Answered answered)
    {
        if (_owed.GetValueOrDefault(answered.Owed.Id) == answered.Owed) Answer(answered.Owed.Id, answered.Reply);
    }

    private void OnDeadlineTick(long id)
    {
        if (!_owed.TryGetValue(id, out var owed)) return;
        Answer(id, owed.Request is NodeProtocol.Drain
            ? new NodeProtocol.DrainOk(Unfinished)
            : Refusal(StorageErrorKind.Cancelled, "its time was over before there was an answer"));
    }

    /// <summary>The one place that answers: who is not owed anything any more gets nothing.</summary>
    private void Answer(long id, INodeReply reply)
    {
        if (!_owed.Remove(id, out var owed)) return;
        Timers.Cancel(id);
        if (owed.Wish.Length > 0) reply = _keys.Settle(owed.Handling.ClientKey, owed.Wish, reply);
        owed.Asker.Tell(Fitting(reply));
        Leave(owed);
        owed.Given.Cancel();
        if (_isDraining && owed.Request is not NodeProtocol.Drain) AnswerDrains();
    }

    /// <summary>What the way to the asker would drop is told as a refusal.</summary>
    private INodeReply Fitting(INodeReply reply)
    {
        if (reply is NodeProtocol.RequestRefused { Error.Message.Length: var length } refused
            && length > _settings.Wire.TextLengthMax)
        {
            reply = new NodeProtocol.RequestRefused(refused.Error with
            {
                Message = refused.Error.Message[.._settings.Wire.TextLengthMax],
            });
        }
        return WireLimits.Fault(WireTable.Of(reply)!.Of(reply), _settings.Wire) is { } fault
            ? new NodeProtocol.RequestRefused(fault)
            : reply;
    }

    private void OnDrain()
    {
        _isDraining = true;
        AnswerDrains();
    }

    private int Unfinished => _owed.Values.Count(owed => owed.Request is not NodeProtocol.Drain);

    private void AnswerDrains()
    {
        if (Unfinished > 0) return;
        foreach (var id in _owed.Keys.ToList()) Answer(id, new NodeProtocol.DrainOk(0));
    }

    private void OnSubscribe(NodeProtocol.Subscribe subscribe)
    {
        if (subscribe.Caller.Within <= TimeSpan.Zero)
        {
            Sender.Tell(Refusal(StorageErrorKind.Cancelled, "its time was over"));
            return;
        }
        if (_subscriptions.Count >= _settings.SubscriptionsMax)
        {
            Sender.Tell(Refusal(
                StorageErrorKind.Busy, $"{_subscriptions.Count} others follow the history already"));
            return;
        }
        var id = Guid.NewGuid().ToString("N");
        _subscriptions.Add(id, Context.Watch(Context.ActorOf(
            SubscriptionActor.Props(id, subscribe, Sender, _journal, _settings, _time), id)));
    }

    private void OnSubscribersWord(string subscription, INodeMessage word)
    {
        if (_subscriptions.TryGetValue(subscription, out var actor)) actor.Tell(word);
    }

    private void OnSubscriptionEnded(IActorRef ended) => _subscriptions.Remove(ended.Path.Name);

    /// <summary>Some other serializer could read it; that does not make it one of these messages.</summary>
    private void OnStranger(object message)
    {
        if (message is Status or IReply) return;
        Sender.Tell(new NodeProtocol.NotUnderstood("", $"{message.GetType()} is no message to a node"));
    }

    private static NodeProtocol.RequestRefused Refusal(StorageErrorKind kind, string message) =>
        new(new StorageError(kind, message));

    private sealed record Answered(OwedReply Owed, INodeReply Reply) : ILocalMessage;

    private sealed record DeadlineTick(long Id) : ILocalMessage;
}
