// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Hosting.Options;

/// <summary>Properties that are keys of HOCON: <c>QueueMax</c> of <c>Staging</c> is
/// <c>actor-storage.staging.queue-max</c>.</summary>
internal interface IArea;

public sealed class StagingArea : IArea
{
    public int? ParallelismMax { get; set; }
    public int? QueueMax { get; set; }
    public FlushMode? Flush { get; set; }
}

public sealed class SpaceArea : IArea
{
    public long? FreeMin { get; set; }
    public long? UseMax { get; set; }
    public TimeSpan? LookInterval { get; set; }
}

public sealed class ArchivesArea : IArea
{
    public int? EntriesMax { get; set; }
    public int? PathLengthMax { get; set; }
    public int? DepthMax { get; set; }
    public long? HeaderSizeMax { get; set; }
    public long? EntryHeadersSizeMax { get; set; }
    public long? InflatedSizeMax { get; set; }
    public int? RatioMax { get; set; }
    public long? RatioFrom { get; set; }
}

public sealed class StoresArea : IArea
{
    public int? QueueMax { get; set; }
    public int? BatchMax { get; set; }
}

public sealed class RequestsArea : IArea
{
    public TimeSpan? Timeout { get; set; }
}

public sealed class LocksArea : IArea
{
    public TimeSpan? WaitMax { get; set; }
    public TimeSpan? OpenWaitMax { get; set; }
    public TimeSpan? RightWaitMax { get; set; }
    public TimeSpan? HoldWarning { get; set; }
}

public sealed class ReapingArea : IArea
{
    public int? ParallelismMax { get; set; }
    public int? QueueMax { get; set; }
}

public sealed class RestartsArea : IArea
{
    public TimeSpan? WaitMin { get; set; }
    public TimeSpan? WaitMax { get; set; }
}

public sealed class StoppingArea : IArea
{
    public TimeSpan? WaitMax { get; set; }
}

public sealed class WatchingArea : IArea
{
    public TimeSpan? LookInterval { get; set; }
    public int? QueueMax { get; set; }
    public int? UsesMax { get; set; }
}

public sealed class HostingArea : IArea
{
    public TimeSpan? AnswerMax { get; set; }
    public TimeSpan? LockWaitMax { get; set; }
    public TimeSpan? DrainMax { get; set; }
}

public sealed class JournalArea : IArea
{
    public JournalDatabase? Database { get; set; }
    public string? ConnectionString { get; set; }
    public string? RootId { get; set; }
    public int? SnapshotEvery { get; set; }
    public int? PageMax { get; set; }
    public int? RequestsMax { get; set; }
    public TimeSpan? ProbeInterval { get; set; }
    public TimeSpan? UseInterval { get; set; }
    public TimeSpan? LeaseRecordAgeMax { get; set; }
    public TimeSpan? LeaseSweepInterval { get; set; }
    public int? LeasesMax { get; set; }
    public TimeSpan? SagaLayersKept { get; set; }
    public TimeSpan? KeysKept { get; set; }
    public TimeSpan? RetryMin { get; set; }
    public TimeSpan? RetryMax { get; set; }
}

public enum JournalDatabase
{
    /// <summary>Files beside the root.</summary>
    Sqlite,

    /// <summary>A server, named by <see cref="JournalArea.ConnectionString"/>.</summary>
    Postgres,
}
