// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>How the nodes of a cluster know where layers are. Keys and reasons stand in hocon/cluster.conf.</summary>
internal sealed record DirectorySettings
{
    /// <summary>The role that a member of the cluster has who owns a root.</summary>
    public const string Role = "actor-storage";

    private const int ItemSizeMax = 32;

    public required int Buckets { get; init; }
    public required int KeysMax { get; init; }
    public required TimeSpan LookInterval { get; init; }
    public required TimeSpan SummaryInterval { get; init; }
    public required TimeSpan ForgetAfter { get; init; }
    public required TimeSpan AnswerMax { get; init; }
    public required int QuestionsMax { get; init; }
    public required TimeSpan ClaimInterval { get; init; }
    public required TimeSpan ClaimAnswerMax { get; init; }
    public required TimeSpan ClaimKept { get; init; }
    public required TimeSpan FetchMax { get; init; }
    public required int ClaimsMax { get; init; }

    /// <summary>Bytes of what the directory sends: that of <see cref="WireSettings"/>.</summary>
    public required int MessageSizeMax { get; init; }

    /// <summary>The defaults, the serializer and what makes a cluster, as embedded in this assembly, with those of
    /// <see cref="WireSettings"/>: a fallback for the configuration of every node of a cluster.</summary>
    public static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("ActorStorage.Cluster.cluster.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd()).WithFallback(WireSettings.Reference());
    }

    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static DirectorySettings From(Config? config = null)
    {
        var whole = config is null ? Reference() : config.WithFallback(Reference());
        var all = new SettingValues(whole, "actor-storage.directory");
        var size = WireSettings.From(whole).MessageSizeMax;
        return new DirectorySettings
        {
            // So that a summary of all of them fits, and an announcement, with room for what stands beside.
            Buckets = all.AtLeast(1, "buckets") is var buckets && buckets <= size / ItemSizeMax
                ? buckets
                : throw all.Invalid("buckets"),
            KeysMax = all.AtLeast(1, "keys-max") is var keys && keys <= size / ItemSizeMax
                ? keys
                : throw all.Invalid("keys-max"),
            LookInterval = all.Time("look-interval"),
            SummaryInterval = all.Time("summary-interval"),
            ForgetAfter = all.Time("forget-after"),
            AnswerMax = all.Time("answer-max"),
            QuestionsMax = all.AtLeast(1, "questions-max"),
            ClaimInterval = all.Time("claim-interval"),
            ClaimAnswerMax = all.Time("claim-answer-max"),
            ClaimKept = all.Time("claim-kept"),
            FetchMax = all.Time("fetch-max"),
            ClaimsMax = all.AtLeast(1, "claims-max"),
            MessageSizeMax = size,
        };
    }
}
