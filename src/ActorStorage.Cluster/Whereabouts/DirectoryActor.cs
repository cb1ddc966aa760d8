// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Cluster;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>
/// A node's part of the directory of layers: watches who is in the cluster, from which everybody finds out who keeps
/// which bucket, and has a child for each thing that goes on: buckets for others, announcements of the own root, and
/// one for each question and each claim.
/// </summary>
internal sealed class DirectoryActor : UntypedActor
{
    /// <summary>What it is called in its actor system.</summary>
    public const string ActorName = "storage-directory";

    private const string BucketsName = "buckets";
    private readonly DirectorySettings _settings;
    private readonly StorageClient? _client;
    private readonly TimeProvider _time;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly Dictionary<UniqueAddress, Member> _members = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];
    private IActorRef _buckets = ActorRefs.Nobody;
    private IActorRef _announcer = ActorRefs.Nobody;
    private IActorRef _looking = ActorRefs.Nobody;
    private OwnersAre _owners = null!;
    private int _questions;

    /// <param name="client">Of the own root; null when somebody else tells what it has.</param>
    public static Props Props(DirectorySettings settings, StorageClient? client, TimeProvider? time = null) =>
        Akka.Actor.Props.Create(() => new DirectoryActor(settings, client, time ?? TimeProvider.System));

    public DirectoryActor(DirectorySettings settings, StorageClient? client, TimeProvider time) =>
        (_settings, _client, _time) = (settings, client, time);

    // What the lasting children know they are told again; a question that crashed answers with its end.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ =>
        IsLasting(Sender) ? Directive.Restart : Directive.Stop);

    protected override void PreStart()
    {
        _buckets = Context.ActorOf(BucketsActor.Props(_settings, _time), BucketsName);
        _announcer = Context.ActorOf(AnnouncerActor.Props(Address, _settings), "announcer");
        if (_client is not null)
            _looking = Context.ActorOf(LookingActor.Props(_client, _announcer, _settings.LookInterval), "looking");
        FindOwners();
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent),
            typeof(ClusterEvent.IReachabilityEvent));
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DirectoryProtocol.HoldingsAre: _announcer.Forward(message); break;
            case DirectoryProtocol.HoldingsChanged: (_client is null ? _announcer : _looking).Forward(message); break;
            case DirectoryProtocol.LookNow: _looking.Forward(message); break;
            case DirectoryProtocol.FindPlaces find:
                Begin(find, () => LocatingActor.Props(find, _owners.Owners, _settings, _time));
                break;
            case DirectoryProtocol.ClaimFetch claim:
                Begin(claim, () => ClaimingActor.Props(claim, Address, _settings, _time));
                break;
            case ToOwner given: _owners.Owners.Of(given.Key).Ref.Tell(given.Message, Sender); break;
            case OwnersWanted: OnOwnersWanted(); break;
            case Terminated: _questions--; break;
            case ClusterEvent.IMemberEvent changed: OnMemberEvent(changed.Member); break;
            case ClusterEvent.ReachabilityEvent reached: OnReachabilityEvent(reached); break;
            default: Unhandled(message); break;
        }
    }

    private string Address => _cluster.SelfAddress.ToString();

    private bool IsLasting(IActorRef child) =>
        child.Equals(_buckets) || child.Equals(_announcer) || child.Equals(_looking);

    private void Begin(IRequest request, Func<Props> job)
    {
        if (_questions >= _settings.QuestionsMax)
        {
            request.Asker.ReplyTo.Tell(new Refused(new StorageError(
                StorageErrorKind.Busy, $"{_questions} questions wait for an answer already")));
            return;
        }
        _questions++;
        Context.Watch(Context.ActorOf(job()));
    }

    private void OnOwnersWanted()
    {
        Sender.Tell(_owners);
        // An announcer that begins anew knows nothing of the root.
        if (Sender.Equals(_announcer)) _looking.Tell(DirectoryProtocol.LookNow.Instance);
    }

    private void OnMemberEvent(Member member)
    {
        // One that leaves hands its buckets over while it can still be asked.
        if (member.Status is MemberStatus.Up or MemberStatus.WeaklyUp && member.HasRole(DirectorySettings.Role))
            _members[member.UniqueAddress] = member;
        else
            _members.Remove(member.UniqueAddress);
        if (member.Status == MemberStatus.Removed) _unreachable.Remove(member.UniqueAddress);
        FindOwners();
    }

    /// <summary>Both sides of a split go on with what they can reach, before anybody is removed.</summary>
    private void OnReachabilityEvent(ClusterEvent.ReachabilityEvent reached)
    {
        if (reached is ClusterEvent.UnreachableMember) _unreachable.Add(reached.Member.UniqueAddress);
        else _unreachable.Remove(reached.Member.UniqueAddress);
        FindOwners();
    }

    private void FindOwners()
    {
        var whole = _members.Keys.Select(member => member.Address.ToString()).ToHashSet();
        var reached = _members.Keys.Where(member => !_unreachable.Contains(member))
            .Select(member => member.Address.ToString()).ToHashSet();
        // Before it has joined, and after it had to leave, a node is alone.
        if (reached.Count == 0) reached.Add(Address);
        whole.UnionWith(reached);
        if (_owners is not null && AreMembers(_owners.Owners, reached) && AreMembers(_owners.Whole, whole)) return;
        var members = whole.Select(Owner).ToList();
        var owners = new BucketOwners(members.Where(member => reached.Contains(member.Address)), _settings.Buckets);
        _owners = new OwnersAre(
            owners, whole.Count == reached.Count ? owners : new BucketOwners(members, _settings.Buckets));
        _buckets.Tell(_owners);
        _announcer.Tell(_owners);
    }

    private static bool AreMembers(BucketOwners owners, HashSet<string> addresses) =>
        addresses.SetEquals(owners.Members.Select(member => member.Address));

    private BucketOwner Owner(string address) => new(
        address, address == Address
            ? _buckets
            : ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(
                $"{address}/user/{ActorName}/{BucketsName}"));
}
