// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Hosting.Options;

namespace ActorStorage.Cluster.Hosting.Options;

public sealed class NodeArea : IArea
{
    public int? RequestsMax { get; set; }
    public TimeSpan? RequestTime { get; set; }
    public TimeSpan? RequestTimeMax { get; set; }
    public int? ParallelismMax { get; set; }
    public int? WaitingMax { get; set; }
    public int? SubscriptionsMax { get; set; }
    public TimeSpan? PageWaitMax { get; set; }
    public TimeSpan? NeighbourWaitMax { get; set; }
    public TimeSpan? FollowAfter { get; set; }
    public int? PeersMax { get; set; }
    public TimeSpan? KeysKept { get; set; }
    public int? KeysMax { get; set; }
    public TimeSpan? ConnectWaitMax { get; set; }
    public TimeSpan? SilenceMax { get; set; }
    public int? RetriesMax { get; set; }
    public TimeSpan? RetryWait { get; set; }
}

public sealed class WireArea : IArea
{
    public int? MessageSizeMax { get; set; }
    public int? ItemsMax { get; set; }
    public int? TextLengthMax { get; set; }
}

public sealed class TransferArea : IArea
{
    public string? ListenAddress { get; set; }
    public int? ListenPort { get; set; }
    public string? PublicHost { get; set; }
    public string? CertificateFile { get; set; }
    public string? KeyFile { get; set; }
    public string? TrustedFile { get; set; }
    public TimeSpan? TicketLifetime { get; set; }
    public int? TransfersMax { get; set; }
    public int? ConnectionsMax { get; set; }
    public TimeSpan? BusyWait { get; set; }
    public long? BandwidthMax { get; set; }
    public TimeSpan? StallMax { get; set; }
    public long? RateMin { get; set; }
    public int? ChunkSize { get; set; }
    public int? AttemptsMax { get; set; }
    public TimeSpan? RetryMin { get; set; }
    public TimeSpan? RetryMax { get; set; }
}

public sealed class DirectoryArea : IArea
{
    public int? Buckets { get; set; }
    public int? KeysMax { get; set; }
    public TimeSpan? LookInterval { get; set; }
    public TimeSpan? SummaryInterval { get; set; }
    public TimeSpan? ForgetAfter { get; set; }
    public TimeSpan? AnswerMax { get; set; }
    public int? QuestionsMax { get; set; }
    public TimeSpan? ClaimInterval { get; set; }
    public TimeSpan? ClaimAnswerMax { get; set; }
    public TimeSpan? ClaimKept { get; set; }
    public TimeSpan? FetchMax { get; set; }
    public int? ClaimsMax { get; set; }
}
