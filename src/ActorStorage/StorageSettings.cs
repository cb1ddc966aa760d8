// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage;

/// <summary>What one engine works on and how much it may use. Keys and reasons stand in hocon/reference.conf.</summary>
public sealed record StorageSettings
{
    public required StoragePaths Paths { get; init; }

    /// <summary>Driver options as containers/storage writes them: <c>overlay.key=value</c>.</summary>
    public IReadOnlyList<string> DriverOptions { get; init; } = [];
    /// <summary>How the ids of layers that inherit no maps lie on the host.</summary>
    public IdMaps IdMaps { get; init; } = IdMaps.None;
    public required int StagersMax { get; init; }
    public required int StagingQueueMax { get; init; }
    public required FlushMode Flush { get; init; }
    public required int LayerQueueMax { get; init; }
    public required int LayerBatchMax { get; init; }

    /// <summary>How long a request may take when the caller does not say, lock waits included.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>How long a request may wait for one lock, whatever its own deadline: the rest of a put, unpacking
    /// above all, does not count.</summary>
    public required TimeSpan LockWaitMax { get; init; }
    public required TimeSpan OpenWaitMax { get; init; }
    public required TimeSpan RightWaitMax { get; init; }
    public required int ReapersMax { get; init; }
    public required int ReapingQueueMax { get; init; }

    /// <summary>How long the end of the engine waits for its threads, three times at most.</summary>
    public required TimeSpan StopWaitMax { get; init; }
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
            StagersMax = all.GetInt("staging.parallelism-max") is var stagers and > 0
                ? stagers
                : Environment.ProcessorCount,
            StagingQueueMax = Positive(all, "staging.queue-max"),
            Flush = all.GetString("staging.flush") switch
            {
                "none" => FlushMode.None,
                "filesystem" => FlushMode.FileSystem,
                var other => throw Invalid("staging.flush", other),
            },
            LayerQueueMax = Positive(all, "layers.queue-max"),
            LayerBatchMax = Positive(all, "layers.batch-max"),
            RequestTimeout = all.GetTimeSpan("requests.timeout"),
            LockWaitMax = all.GetTimeSpan("locks.wait-max"),
            OpenWaitMax = all.GetTimeSpan("locks.open-wait-max"),
            RightWaitMax = all.GetTimeSpan("locks.right-wait-max"),
            ReapersMax = Positive(all, "reaping.parallelism-max"),
            ReapingQueueMax = Positive(all, "reaping.queue-max"),
            StopWaitMax = all.GetTimeSpan("stopping.wait-max"),
        };
    }

    /// <summary>The store that podman and its relatives use on this machine.</summary>
    /// <exception cref="StorageException">As the other, and as <see cref="StorageConf.Paths"/>.</exception>
    public static StorageSettings From(StorageConf conf, Config? config = null) =>
        From(conf.Paths(), config) with { DriverOptions = conf.DriverOptions };

    private static int Positive(Config config, string key) =>
        config.GetInt(key) is var value and > 0 ? value : throw Invalid(key, config.GetString(key));

    private static StorageException Invalid(string key, string value) =>
        new(StorageErrorKind.Invalid, $"setting actor-storage.{key}: {Quoted.Text(value)} is not allowed");
}
