// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Journal;

/// <summary>Where the journal of one root is kept. Keys and reasons stand in hocon/journal.conf, those of the databases
/// beside it.</summary>
public sealed record JournalSettings
{
    public required string GraphRoot { get; init; }

    /// <summary>Tells the roots apart that keep their journal in one database.</summary>
    public required string RootId { get; init; }

    /// <summary>What the plugin for the database is told, as HOCON.</summary>
    public required Config Database { get; init; }
    public required int SnapshotEvery { get; init; }
    public required int PageMax { get; init; }
    public required int RequestsMax { get; init; }
    public required TimeSpan ProbeInterval { get; init; }
    public required TimeSpan UseInterval { get; init; }
    public required TimeSpan LeaseSweepInterval { get; init; }
    public required int LeasesMax { get; init; }
    public required TimeSpan LeaseRecordAgeMax { get; init; }
    public required TimeSpan SagaLayersKept { get; init; }
    public required TimeSpan KeysKept { get; init; }
    public required TimeSpan RetryMin { get; init; }
    public required TimeSpan RetryMax { get; init; }

    /// <summary>False to read every event instead, which only a measurement wants.</summary>
    internal bool ReadsSnapshots { get; init; } = true;

    internal string HistoryId => $"history-{RootId}";

    internal string LeasesId => $"leases-{RootId}";

    internal string SagasId => $"sagas-{RootId}";

    internal string UsesId => $"uses-{RootId}";

    /// <summary>Which database it is, as <see cref="JournalDatabase.Prepare"/> says: another one in its place needs
    /// plugins of its own, which make their tables when they start.</summary>
    internal string DatabaseId { get; init; } = "";

    internal JournalPlugins Plugins => new(RootId, DatabaseId);

    /// <summary>The directory of SQLite's files, beside the root: whoever wipes the root does not wipe its history, and
    /// the Go tools find nothing in the root that they do not know.</summary>
    internal string SqliteDirectory => $"{GraphRoot.TrimEnd('/')}-journal";

    /// <summary>The defaults, as embedded in this assembly.</summary>
    public static Config Reference() => Embedded("journal.conf");

    /// <param name="paths">The root whose journal it is.</param>
    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static JournalSettings From(StoragePaths paths, Config? config = null)
    {
        var reference = Reference();
        var all = new SettingValues(
            config is null ? reference : config.WithFallback(reference), "actor-storage.journal");
        var rootId = all.Text("root-id");
        var database = all.Text("database") switch
        {
            "sqlite" => Embedded("sqlite.conf"),
            "postgres" => Embedded("postgres.conf"),
            _ => throw all.Invalid("database"),
        };
        var connection = all.Text("connection-string");
        var settings = new JournalSettings
        {
            GraphRoot = paths.GraphRoot,
            RootId = rootId.Length == 0 ? IdOf(paths.GraphRoot) : rootId,
            Database = database.GetConfig("actor-storage.journal-database"),
            SnapshotEvery = all.AtLeast(1, "snapshot-every"),
            PageMax = all.AtLeast(1, "page-max"),
            RequestsMax = all.AtLeast(1, "requests-max"),
            ProbeInterval = all.Time("probe-interval"),
            UseInterval = all.Time("use-interval"),
            LeaseSweepInterval = all.Time("lease-sweep-interval"),
            LeasesMax = all.AtLeast(1, "leases-max"),
            LeaseRecordAgeMax = all.Time("lease-record-age-max"),
            SagaLayersKept = all.Time("saga-layers-kept"),
            KeysKept = all.Time("keys-kept"),
            RetryMin = all.Time("retry-min"),
            RetryMax = all.Time("retry-max"),
        };
        if (settings.IsSqlite) return settings;
        if (connection.Length == 0) throw all.Invalid("connection-string");
        return settings with { ConnectionString = connection };
    }

    /// <summary>Of the server; null for files of our own.</summary>
    public string? ConnectionString { get; init; }

    internal bool IsSqlite => Database.GetString("provider-name").StartsWith("SQLite", StringComparison.Ordinal);

    private static Config Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream($"ActorStorage.Journal.{name}")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>The same path on two machines is two roots.</summary>
    private static string IdOf(string graphRoot)
    {
        const string MachineId = "/etc/machine-id";
        var machine = File.Exists(MachineId) ? File.ReadAllText(MachineId).Trim() : Environment.MachineName;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{machine}\n{graphRoot}")))[..16];
    }
}
