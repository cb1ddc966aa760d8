// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Node.Ensuring;

/// <summary>Who waits for a layer.</summary>
/// <param name="Layer">Which one of the request's.</param>
internal readonly record struct Follower(long Request, int Layer);

/// <summary>One layer that is being made sure of, for everybody who asks for it meanwhile.</summary>
/// <param name="key">The same for everybody who asks for the same contents on the same ones.</param>
internal sealed class EnsureJob(LayerId key, Digest digest, IReadOnlyList<Digest> parents, long order)
{
    // Everybody who joins may bring some along.
    private const int SourcesMax = 100;
    private readonly List<LayerSource> _sources = [];
    private long _fetched;
    private int _tried;

    public LayerId Key => key;

    public Digest Digest => digest;

    public IReadOnlyList<Digest> Parents => parents;

    /// <summary>Of the layer below; null for none.</summary>
    public LayerId? ParentKey { get; } =
        parents.Count == 0 ? null : ChainId.Of(parents.Take(parents.Count - 1), parents[^1]);

    public long Order => order;

    public int Priority { get; private set; } = int.MinValue;

    public List<Follower> Followers { get; } = [];

    /// <summary>Who asked first, and what he claimed.</summary>
    public Caller First { get; init; } = Caller.Anybody;

    public string Reservation { get; init; } = "";

    public JobState State { get; set; }

    /// <summary>What it will be called, and on what it will stand; known once it was looked for.</summary>
    public LayerId Layer { get; set; }

    public LayerId? Parent { get; set; }

    /// <summary>Whether the one below was under way when the store was looked at.</summary>
    public bool IsLookedBesideParent { get; set; }

    /// <summary>With its end the claim on the fetch ends; null for none.</summary>
    public IActorRef? ClaimHolder { get; set; }

    /// <summary>The claim that was granted; null for none.</summary>
    public IActorRef? Grant { get; set; }

    /// <summary>Another node fetches it: meanwhile its place is for others.</summary>
    public bool IsFollowing { get; set; }

    /// <summary>Its parent failed at first and is being tried again: only its end says more.</summary>
    public bool WaitsForParentsEnd { get; set; }

    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>Why it was not to be had from what was tried.</summary>
    public List<string> Failures { get; } = [];

    public long FetchedBytes => Interlocked.Read(ref _fetched);

    public bool IsFromFile { get; private set; }

    public void OnReceived(long bytes) => Interlocked.Add(ref _fetched, bytes);

    /// <summary>What a new one brings along counts for all.</summary>
    public void Join(Follower follower, int priority, IEnumerable<LayerSource> sources)
    {
        Followers.Add(follower);
        Priority = Math.Max(Priority, priority);
        _sources.AddRange(sources.Except(_sources).Take(SourcesMax - _sources.Count).ToList());
    }

    public void Raise(int priority) => Priority = Math.Max(Priority, priority);

    public bool HasSource => _tried < _sources.Count;

    /// <summary>What is to be tried next: sources of the same blob.</summary>
    public IReadOnlyList<LayerSource> NextSources()
    {
        var left = _sources.Skip(_tried).ToList();
        var same = left.GetRange(0, Origin.LayerOrigin.CountOfSame(left));
        IsFromFile = Origin.LayerOrigin.IsFile(same[0]);
        return same;
    }

    /// <summary>They did not do.</summary>
    public void Strike(IReadOnlyList<LayerSource> tried, StorageError error)
    {
        // Whose bytes were wrong is not known: the others get a turn of their own.
        var gaveNothing = error.Kind
            is StorageErrorKind.Io or StorageErrorKind.NotFound or StorageErrorKind.AccessDenied;
        _tried += gaveNothing ? tried.Count : 1;
        Failures.Add(error.Message);
    }
}

internal enum JobState
{
    /// <summary>What the store has is being asked.</summary>
    Looking,

    /// <summary>Until it is known how the layer below will be called.</summary>
    WaitingForParent,
    Waiting,

    /// <summary>It is being found out who fetches it, this node or another one.</summary>
    Claiming,
    Running,
}
