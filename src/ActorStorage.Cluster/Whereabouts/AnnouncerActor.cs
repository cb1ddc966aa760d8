// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts.Wire;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>
/// Tells those who keep the buckets what the own root has: changes at once, and from time to time how much it is, so
/// that they ask for all of it when they have missed something, or have just begun to keep a bucket. Who will keep a
/// bucket again when everybody can be reached is told too: messages may pass to him long before all have agreed that he
/// is back.
/// </summary>
internal sealed class AnnouncerActor : UntypedActor, IWithTimers
{
    /*
     *   HoldingsChanged --noted--> AnnounceTick, behind what is in the mailbox --Announce--> the keepers
     *   SummaryTick, OwnersAre --Summarize--> every keeper --AskForAll--> AnnounceAll
     */
    private readonly string _node;
    private readonly DirectorySettings _settings;
    private readonly Holdings _own;
    private readonly HashSet<DigestKey> _unsaid = [];
    private OwnersAre? _owners;

    /// <param name="node">Its address, by which others know it.</param>
    public static Props Props(string node, DirectorySettings settings) =>
        Akka.Actor.Props.Create(() => new AnnouncerActor(node, settings));

    public AnnouncerActor(string node, DirectorySettings settings)
    {
        (_node, _settings) = (node, settings);
        _own = new Holdings(settings.Buckets);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Parent.Tell(OwnersWanted.Instance);
        Timers.StartPeriodicTimer(SummaryTick.Instance, SummaryTick.Instance, _settings.SummaryInterval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DirectoryProtocol.HoldingsChanged changed: OnHoldingsChanged(changed); break;
            case DirectoryProtocol.HoldingsAre all: OnHoldingsAre(all); break;
            case AnnounceTick: OnAnnounceTick(); break;
            case OwnersAre owners: OnOwnersAre(owners); break;
            case SummaryTick: SummarizeToAll(); break;
            case AskForAll ask: OnAskForAll(ask); break;
            default: Unhandled(message); break;
        }
    }

    private void OnHoldingsChanged(DirectoryProtocol.HoldingsChanged changed)
    {
        foreach (var key in changed.Added.Select(DigestKey.Of)) Note(key, _own.Add(key));
        foreach (var key in changed.Removed.Select(DigestKey.Of)) Note(key, _own.Remove(key));
    }

    private void OnHoldingsAre(DirectoryProtocol.HoldingsAre all)
    {
        var keys = all.Digests.Select(DigestKey.Of).ToHashSet();
        foreach (var key in keys) Note(key, _own.Add(key));
        foreach (var key in _own.All.Where(key => !keys.Contains(key)).ToList()) Note(key, _own.Remove(key));
    }

    private void Note(DigestKey key, bool isNew)
    {
        if (!isNew) return;
        if (_unsaid.Count == 0) Self.Tell(AnnounceTick.Instance);
        _unsaid.Add(key);
    }

    private void OnAnnounceTick()
    {
        if (_owners is null) return;
        foreach (var group in ToKeepers(_unsaid, key => key.Bucket(_settings.Buckets)))
        {
            foreach (var some in group.Chunk(_settings.KeysMax))
            {
                group.Key.Ref.Tell(
                    new Announce
                    {
                        Node = _node,
                        Added = DigestKey.Bytes([.. some.Where(_own.Has)]),
                        Removed = DigestKey.Bytes([.. some.Where(key => !_own.Has(key))]),
                    },
                    Self);
            }
        }
        _unsaid.Clear();
    }

    /// <summary>Who has just begun to keep a bucket hears of it at once.</summary>
    private void OnOwnersAre(OwnersAre owners)
    {
        _owners = owners;
        OnAnnounceTick();
        SummarizeToAll();
    }

    private void SummarizeToAll()
    {
        if (_owners is null) return;
        foreach (var group in ToKeepers(Enumerable.Range(0, _settings.Buckets), bucket => bucket))
        {
            var summary = new Summarize { Node = _node };
            summary.Buckets.AddRange(group);
            summary.Counts.AddRange(group.Select(bucket => _own.In(bucket).Count));
            summary.Sums.AddRange(group.Select(_own.Sum));
            group.Key.Ref.Tell(summary, Self);
        }
    }

    private IEnumerable<IGrouping<BucketOwner, T>> ToKeepers<T>(IEnumerable<T> all, Func<T, int> bucketOf) => all
        .SelectMany(each => Keepers(bucketOf(each)), (each, keeper) => (each, keeper))
        .GroupBy(told => told.keeper, told => told.each);

    private BucketOwner[] Keepers(int bucket)
    {
        var (owner, again) = (_owners!.Owners.Of(bucket), _owners.Whole.Of(bucket));
        return owner == again ? [owner] : [owner, again];
    }

    private void OnAskForAll(AskForAll ask)
    {
        foreach (var bucket in ask.Buckets.Where(bucket => bucket >= 0 && bucket < _settings.Buckets))
        {
            var isFirst = true;
            // An empty one must be told too.
            foreach (var some in _own.In(bucket).Chunk(_settings.KeysMax).DefaultIfEmpty([]))
            {
                Sender.Tell(new AnnounceAll
                {
                    Node = _node,
                    Bucket = bucket,
                    IsFirst = isFirst,
                    Keys = DigestKey.Bytes(some),
                    Count = _own.In(bucket).Count,
                    Sum = _own.Sum(bucket),
                });
                isFirst = false;
            }
        }
    }

    private sealed record AnnounceTick : ILocalMessage
    {
        public static AnnounceTick Instance { get; } = new();
    }

    private sealed record SummaryTick : ILocalMessage
    {
        public static SummaryTick Instance { get; } = new();
    }
}
