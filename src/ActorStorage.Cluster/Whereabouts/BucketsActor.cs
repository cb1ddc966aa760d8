// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Whereabouts.Wire;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>
/// Keeps buckets of the directory for all nodes: what each of them has, and who fetches what. All of it is in memory
/// and may be lost: every node says from time to time how much it has in each bucket, and is asked for all of it when
/// that is not what is known here.
/// </summary>
internal sealed class BucketsActor : UntypedActor, IWithTimers
{
    /*
     *   one bucket and one node:  Agreeing <--a summary that fits-- --a summary that does not fit--> Differing
     *                             Differing: asked for all, once in several summaries
     *                             the bucket or the node comes back --OwnersAre--> Differing, but not asked
     *                             nothing heard for forget-after --SweepTick--> forgotten
     */
    private const int NodesNamedMax = 8;
    // So many summaries are waited for everything, before it is taken for lost.
    private const int SummariesWaited = 3;
    private readonly DirectorySettings _settings;
    private readonly TimeProvider _time;
    private readonly NodeNumbers _nodes = new();
    private readonly Bucket?[] _buckets;
    private readonly ClaimBook _claims;
    private BucketOwners? _owners;

    public static Props Props(DirectorySettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new BucketsActor(settings, time));

    public BucketsActor(DirectorySettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _buckets = new Bucket?[settings.Buckets];
        _claims = new ClaimBook(settings.ClaimsMax);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Parent.Tell(OwnersWanted.Instance);
        Timers.StartPeriodicTimer(SweepTick.Instance, SweepTick.Instance, _settings.ClaimInterval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Announce announce: OnAnnounce(announce); break;
            case Summarize summary: OnSummarize(summary); break;
            case AnnounceAll all: OnAnnounceAll(all); break;
            case FindHolders find: OnFindHolders(find); break;
            case ClaimKey claim: OnClaimKey(claim); break;
            case ReleaseKey release: OnReleaseKey(release); break;
            case OwnersAre owners: OnOwnersAre(owners.Owners); break;
            case SweepTick: OnSweepTick(); break;
            case Unreadable unreadable: Sender.Tell(unreadable.Answer); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Of the buckets that come back, and of the members that do, changes may have been told to others: what
    /// is known here is complete only when it agrees with what they say from now on.</summary>
    private void OnOwnersAre(BucketOwners owners)
    {
        var before = _owners?.Members.Select(member => member.Address).ToHashSet() ?? [];
        var back = owners.Members.Select(member => member.Address).Where(address => !before.Contains(address))
            .Select(_nodes.Find).OfType<ushort>().ToList();
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i] is not { } bucket) continue;
            var isBack = IsKept(owners, i) && !IsKept(_owners, i);
            foreach (var node in isBack ? bucket.Nodes : back) bucket.Doubt(node);
        }
        _owners = owners;
    }

    private bool IsKept(BucketOwners? owners, int bucket) => owners is not null && Self.Equals(owners.Of(bucket).Ref);

    private void OnAnnounce(Announce announce)
    {
        var node = _nodes.Of(announce.Node);
        Add(node, announce.Node, DigestKey.From(announce.Added));
        foreach (var key in DigestKey.From(announce.Removed)) _buckets[BucketOf(key)]?.Remove(node, key);
    }

    private void OnSummarize(Summarize summary)
    {
        var node = _nodes.Of(summary.Node);
        var differing = new AskForAll();
        var count = Math.Min(summary.Buckets.Count, Math.Min(summary.Counts.Count, summary.Sums.Count));
        for (var i = 0; i < count; i++)
        {
            var bucket = summary.Buckets[i];
            if (!IsBucket(bucket) || At(bucket).Compare(node, summary.Counts[i], summary.Sums[i], Now)) continue;
            if (At(bucket).IsToBeAsked(node, Now, Before(SummariesWaited * _settings.SummaryInterval)))
                differing.Buckets.Add(bucket);
        }
        if (differing.Buckets.Count > 0) Sender.Tell(differing);
    }

    private void OnAnnounceAll(AnnounceAll all)
    {
        if (!IsBucket(all.Bucket)) return;
        var node = _nodes.Of(all.Node);
        if (all.IsFirst) At(all.Bucket).Empty(node, Now);
        Add(node, all.Node, DigestKey.From(all.Keys));
        // Does not ask again: two nodes that count buckets differently would never end.
        At(all.Bucket).Compare(node, all.Count, all.Sum, Now);
    }

    private void Add(ushort node, string address, ReadOnlySpan<DigestKey> keys)
    {
        foreach (var key in keys)
        {
            if (At(BucketOf(key)).Add(node, key, Now)) TellThatItIsThere(key, address);
        }
    }

    private void TellThatItIsThere(DigestKey key, string node)
    {
        foreach (var claim in _claims.End(key)) Tell(claim, ClaimState.Held, [node]);
    }

    private void OnFindHolders(FindHolders find)
    {
        var keys = DigestKey.From(find.Keys);
        var holders = new ushort[keys.Length][];
        var touched = new HashSet<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            var bucket = BucketOf(keys[i]);
            touched.Add(bucket);
            holders[i] = _buckets[bucket]?.Holders(keys[i]) ?? [];
        }
        var answer = HolderAnswer.Write(holders, _nodes, _settings.MessageSizeMax);
        answer.Part = find.Part;
        answer.IsComplete &= _owners?.View == find.View && HasHeardOfAllMembers(_owners, touched);
        Sender.Tell(answer);
    }

    private bool HasHeardOfAllMembers(BucketOwners owners, IEnumerable<int> buckets)
    {
        var members = owners.Members.Select(member => _nodes.Find(member.Address)).ToList();
        return buckets.All(bucket =>
            members.All(member => member is { } node && _buckets[bucket]?.Agrees(node) == true));
    }

    private void OnClaimKey(ClaimKey message)
    {
        if (DigestKey.From(message.Key) is not [var key]) return;
        var claim = new Claim(message.Claim, message.Node, Sender);
        var holders = _buckets[BucketOf(key)]?.Holders(key) ?? [];
        if (holders.Length > 0 && !message.IsGranted && !message.DespiteHolders)
        {
            Tell(claim, ClaimState.Held, holders.Take(NodesNamedMax).Select(_nodes.AddressOf));
            return;
        }
        var granted = _claims.Renew(key, claim, message.IsGranted, Now);
        if (granted is null) Tell(claim, ClaimState.Busy, []);
        else if (granted.Id == claim.Id) Tell(claim, ClaimState.Granted, []);
        else Tell(claim, ClaimState.Waiting, [granted.Node]);
    }

    private void OnReleaseKey(ReleaseKey message)
    {
        if (DigestKey.From(message.Key) is not [var key]) return;
        var next = _claims.Release(key, message.Claim);
        // Here and not only by its announcement, which may come later than this.
        if (message.IsHeld) Add(_nodes.Of(message.Node), message.Node, [key]);
        if (message.IsHeld) TellThatItIsThere(key, message.Node);
        else if (next is not null) Tell(next, ClaimState.Granted, []);
    }

    private void OnSweepTick()
    {
        foreach (var claim in _claims.Expire(Before(_settings.ClaimKept))) Tell(claim, ClaimState.Granted, []);
        var used = new HashSet<ushort>();
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i] is not { } bucket) continue;
            bucket.Forget(Before(_settings.ForgetAfter));
            used.UnionWith(bucket.Nodes);
            // It may have moved; the next word about it makes it anew.
            if (!bucket.Nodes.Any()) _buckets[i] = null;
        }
        _nodes.KeepOnly(used);
    }

    private static void Tell(Claim claim, ClaimState state, IEnumerable<string> nodes)
    {
        var answer = new ClaimKeyOk { Claim = claim.Id, State = state };
        answer.Nodes.AddRange(nodes);
        claim.Claimer.Tell(answer);
    }

    private bool IsBucket(int bucket) => bucket >= 0 && bucket < _buckets.Length;

    private int BucketOf(DigestKey key) => key.Bucket(_buckets.Length);

    private Bucket At(int bucket) => _buckets[bucket] ??= new Bucket(_nodes);

    private long Now => _time.GetTimestamp();

    private long Before(TimeSpan ago) => Now - (long)(ago.TotalSeconds * _time.TimestampFrequency);

    private sealed record SweepTick : ILocalMessage
    {
        public static SweepTick Instance { get; } = new();
    }
}
