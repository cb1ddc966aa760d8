// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Cluster.Node;

/// <summary>How much a node takes upon itself. Keys and reasons stand in hocon/node.conf.</summary>
public sealed record NodeSettings
{
    public required int RequestsMax { get; init; }
    public required TimeSpan RequestTime { get; init; }
    public required TimeSpan RequestTimeMax { get; init; }
    public required int LayersMax { get; init; }
    public required int WaitingMax { get; init; }
    public required int SubscriptionsMax { get; init; }
    public required TimeSpan PageWaitMax { get; init; }
    public required TimeSpan NeighbourWaitMax { get; init; }
    public required TimeSpan FollowAfter { get; init; }
    public required int PeersMax { get; init; }
    public required TimeSpan KeysKept { get; init; }
    public required int KeysMax { get; init; }
    public required TimeSpan ConnectWaitMax { get; init; }
    public required TimeSpan SilenceMax { get; init; }
    public required int RetriesMax { get; init; }
    public required TimeSpan RetryWait { get; init; }

    /// <summary>How long what it says may be.</summary>
    public required WireSettings Wire { get; init; }

    /// <summary>The defaults, as embedded in this assembly, with those of <see cref="WireSettings"/>.</summary>
    public static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("ActorStorage.Cluster.node.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd()).WithFallback(WireSettings.Reference());
    }

    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static NodeSettings From(Config? config = null)
    {
        var whole = config is null ? Reference() : config.WithFallback(Reference());
        var all = new SettingValues(whole, "actor-storage.node");
        return new NodeSettings
        {
            RequestsMax = all.AtLeast(1, "requests-max"),
            RequestTime = all.Time("request-time"),
            RequestTimeMax = all.Time("request-time-max"),
            LayersMax = all.AtLeast(0, "parallelism-max") is var max and > 0 ? max : Environment.ProcessorCount,
            WaitingMax = all.AtLeast(1, "waiting-max"),
            SubscriptionsMax = all.AtLeast(1, "subscriptions-max"),
            PageWaitMax = all.Time("page-wait-max"),
            NeighbourWaitMax = all.Time("neighbour-wait-max"),
            FollowAfter = all.Time("follow-after"),
            PeersMax = all.AtLeast(1, "peers-max"),
            KeysKept = all.Time("keys-kept"),
            KeysMax = all.AtLeast(1, "keys-max"),
            ConnectWaitMax = all.Time("connect-wait-max"),
            SilenceMax = all.Time("silence-max"),
            RetriesMax = all.AtLeast(0, "retries-max"),
            RetryWait = all.Time("retry-wait"),
            Wire = WireSettings.From(whole),
        };
    }
}
