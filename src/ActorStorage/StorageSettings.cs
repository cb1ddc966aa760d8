// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using ActorStorage.Watching;
using Akka.Configuration;

namespace ActorStorage;

/// <summary>What one engine works on and how much it may use. Keys and reasons stand in hocon/reference.conf.</summary>
public sealed record StorageSettings
{
    // All of it is held in memory, several times over.
    private const long HeaderSizeMax = 256 << 20;

    public required StoragePaths Paths { get; init; }

    /// <summary>Driver options as containers/storage writes them: <c>overlay.key=value</c>.</summary>
    public IReadOnlyList<string> DriverOptions { get; init; } = [];
    /// <summary>How the ids of layers that inherit no maps lie on the host.</summary>
    public IdMaps IdMaps { get; init; } = IdMaps.None;

    /// <summary>Whether containers that are flagged so are mounted with overlay's <c>volatile</c>.</summary>
    public bool MountsVolatile { get; init; } = true;

    /// <summary>What leases and the times of use say, from whoever keeps them.</summary>
    public LayerUse LayerUse { get; init; } = LayerUse.Unknown;
    public required int StagersMax { get; init; }
    public required int StagingQueueMax { get; init; }
    public required FlushMode Flush { get; init; }

    /// <summary>How much the file system must have free after a layer was staged.</summary>
    public long FreeBytesMin { get; init; }

    /// <summary>How much layers may take up on disk in all, with what is reserved; null for no limit.</summary>
    public long? UseBytesMax { get; init; }

    /// <summary>How old the figures of <see cref="Telemetry"/>'s gauges of room may be before they are found
    /// anew.</summary>
    public required TimeSpan SpaceLookInterval { get; init; }
    public ArchiveLimits Archives { get; init; } = ArchiveLimits.Default;
    public required int StoreQueueMax { get; init; }
    public required int StoreBatchMax { get; init; }

    /// <summary>How long a request may take when the caller does not say, lock waits included.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>How long a request may wait for one lock, whatever its own deadline: the rest of a put, unpacking
    /// above all, does not count.</summary>
    public required TimeSpan LockWaitMax { get; init; }
    public required TimeSpan OpenWaitMax { get; init; }
    public required TimeSpan RightWaitMax { get; init; }

    /// <summary>How long a store may hold its lock before a warning and an event tell of it.</summary>
    public required TimeSpan HoldWarning { get; init; }
    public required int ReapersMax { get; init; }
    public required int ReapingQueueMax { get; init; }

    /// <summary>How long a store that crashed stays closed, and a root that failed: at first, and at most.</summary>
    public required TimeSpan RestartWaitMin { get; init; }

    /// <inheritdoc cref="RestartWaitMin"/>
    public required TimeSpan RestartWaitMax { get; init; }

    /// <summary>How long the end of the engine waits for its threads, three times at most.</summary>
    public required TimeSpan StopWaitMax { get; init; }

    /// <summary>How often the stores look whether others have written, while somebody takes their
    /// pictures.</summary>
    public required TimeSpan LookInterval { get; init; }
    public required int PictureQueueMax { get; init; }

    public required int UsesMax { get; init; }

    /// <summary>Gets what the stores do and look like; null when nobody keeps a journal, which costs nothing. Set by
    /// <see cref="JournaledBy"/>.</summary>
    public JournalLink? Journal { get; private init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The defaults, as embedded in this assembly.</summary>
    public static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("ActorStorage.reference.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <param name="paths">The root to work on.</param>
    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static StorageSettings From(StoragePaths paths, Config? config = null)
    {
        var reference = Reference();
        var all = (config is null ? reference : config.WithFallback(reference)).GetConfig("actor-storage");
        return new StorageSettings
        {
            Paths = paths,
            StagersMax = AtLeast(0, all, "staging.parallelism-max") is var stagers and > 0
                ? stagers
                : Environment.ProcessorCount,
            StagingQueueMax = AtLeast(1, all, "staging.queue-max"),
            Flush = all.GetString("staging.flush") switch
            {
                "none" => FlushMode.None,
                "filesystem" => FlushMode.FileSystem,
                var other => throw Invalid("staging.flush", other),
            },
            FreeBytesMin = SizeOrNone(all, "space.free-min"),
            UseBytesMax = SizeOrNone(all, "space.use-max") is var most and > 0 ? most : null,
            SpaceLookInterval = TimeOf(all, "space.look-interval"),
            Archives = new ArchiveLimits
            {
                EntriesMax = AtLeast(1, all, "archives.entries-max"),
                PathLengthMax = AtLeast(1, all, "archives.path-length-max"),
                DepthMax = AtLeast(1, all, "archives.depth-max"),
                HeaderBytesMax = (int)SizeOf(HeaderSizeMax, all, "archives.header-size-max"),
                EntryHeadersBytesMax = (int)SizeOf(HeaderSizeMax, all, "archives.entry-headers-size-max"),
                InflatedBytesMax = SizeOf(long.MaxValue, all, "archives.inflated-size-max"),
                RatioMax = AtLeast(1, all, "archives.ratio-max"),
                RatioFromBytes = SizeOf(long.MaxValue, all, "archives.ratio-from"),
            },
            StoreQueueMax = AtLeast(1, all, "stores.queue-max"),
            StoreBatchMax = AtLeast(1, all, "stores.batch-max"),
            RequestTimeout = TimeOf(all, "requests.timeout"),
            LockWaitMax = TimeOf(all, "locks.wait-max"),
            OpenWaitMax = TimeOf(all, "locks.open-wait-max"),
            RightWaitMax = TimeOf(all, "locks.right-wait-max"),
            HoldWarning = TimeOf(all, "locks.hold-warning"),
            ReapersMax = AtLeast(1, all, "reaping.parallelism-max"),
            ReapingQueueMax = AtLeast(1, all, "reaping.queue-max"),
            RestartWaitMin = TimeOf(all, "restarts.wait-min"),
            RestartWaitMax = TimeOf(all, "restarts.wait-max"),
            StopWaitMax = TimeOf(all, "stopping.wait-max"),
            LookInterval = TimeOf(all, "watching.look-interval"),
            PictureQueueMax = AtLeast(1, all, "watching.queue-max"),
            UsesMax = AtLeast(1, all, "watching.uses-max"),
        };
    }

    /// <summary>The store that podman and its relatives use on this machine.</summary>
    /// <exception cref="StorageException">As the other, and as <see cref="StorageConf.Paths"/>.</exception>
    public static StorageSettings From(StorageConf conf, Config? config = null) =>
        From(conf.Paths(), config) with
        {
            DriverOptions = conf.DriverOptions,
            MountsVolatile = !conf.DisableVolatile,
        };

    /// <summary>The same for an engine whose root has a journal.</summary>
    public StorageSettings JournaledBy(JournalLink link) => this with { Journal = link, LayerUse = link.LayerUse };

    private static int AtLeast(int min, Config config, string key) =>
        config.GetInt(key) is var value && value >= min ? value : throw Invalid(key, config.GetString(key));

    private static long SizeOf(long max, Config config, string key) =>
        config.GetByteSize(key) is { } value && value > 0 && value <= max
            ? value
            : throw Invalid(key, config.GetString(key));

    private static long SizeOrNone(Config config, string key) =>
        config.GetByteSize(key) is { } value && value >= 0 ? value : throw Invalid(key, config.GetString(key));

    /// <summary>More than nothing, and no more than timers can count, which is over three weeks.</summary>
    private static TimeSpan TimeOf(Config config, string key) =>
        config.GetTimeSpan(key) is { TotalMilliseconds: > 0 and <= int.MaxValue } value
            ? value
            : throw Invalid(key, config.GetString(key));

    private static StorageException Invalid(string key, string value) =>
        new(StorageErrorKind.Invalid, $"setting actor-storage.{key}: {Quoted.Text(value)} is not allowed");
}
