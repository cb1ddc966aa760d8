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
        var all = new SettingValues(config is null ? reference : config.WithFallback(reference), "actor-storage");
        return new StorageSettings
        {
            Paths = paths,
            StagersMax = all.AtLeast(0, "staging.parallelism-max") is var stagers and > 0
                ? stagers
                : Environment.ProcessorCount,
            StagingQueueMax = all.AtLeast(1, "staging.queue-max"),
            Flush = all.Text("staging.flush") switch
            {
                "none" => FlushMode.None,
                "filesystem" => FlushMode.FileSystem,
                "tree" => FlushMode.Tree,
                _ => throw all.Invalid("staging.flush"),
            },
            FreeBytesMin = all.SizeOrNone("space.free-min"),
            UseBytesMax = all.SizeOrNone("space.use-max") is var most and > 0 ? most : null,
            SpaceLookInterval = all.Time("space.look-interval"),
            Archives = new ArchiveLimits
            {
                EntriesMax = all.AtLeast(1, "archives.entries-max"),
                PathLengthMax = all.AtLeast(1, "archives.path-length-max"),
                DepthMax = all.AtLeast(1, "archives.depth-max"),
                HeaderBytesMax = (int)all.Size(HeaderSizeMax, "archives.header-size-max"),
                EntryHeadersBytesMax = (int)all.Size(HeaderSizeMax, "archives.entry-headers-size-max"),
                InflatedBytesMax = all.Size(long.MaxValue, "archives.inflated-size-max"),
                RatioMax = all.AtLeast(1, "archives.ratio-max"),
                RatioFromBytes = all.Size(long.MaxValue, "archives.ratio-from"),
            },
            StoreQueueMax = all.AtLeast(1, "stores.queue-max"),
            StoreBatchMax = all.AtLeast(1, "stores.batch-max"),
            RequestTimeout = all.Time("requests.timeout"),
            LockWaitMax = all.Time("locks.wait-max"),
            OpenWaitMax = all.Time("locks.open-wait-max"),
            RightWaitMax = all.Time("locks.right-wait-max"),
            HoldWarning = all.Time("locks.hold-warning"),
            ReapersMax = all.AtLeast(1, "reaping.parallelism-max"),
            ReapingQueueMax = all.AtLeast(1, "reaping.queue-max"),
            RestartWaitMin = all.Time("restarts.wait-min"),
            RestartWaitMax = all.Time("restarts.wait-max"),
            StopWaitMax = all.Time("stopping.wait-max"),
            LookInterval = all.Time("watching.look-interval"),
            PictureQueueMax = all.AtLeast(1, "watching.queue-max"),
            UsesMax = all.AtLeast(1, "watching.uses-max"),
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
}
