// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>The files beside the root.</summary>
public sealed class SqliteDatabase : IJournalDatabase
{
    private JournalSettings? _settings;
    private RunningTool? _blocking;

    public JournalSettings SettingsFor(StoragePaths paths) =>
        _settings = JournalSettings.From(paths, ConfigurationFactory.ParseString(Configuration));

    public string Configuration => "actor-storage.journal.retry-max = 1s";

    public string Directory => _settings!.SqliteDirectory;

    public Task<IReadOnlyList<(int Serializer, string Manifest)>> StoredAsync() =>
        StoredRows.ReadAsync(new SqliteConnection(SqliteFiles.Connection(_settings!, "journal")));

    /// <summary>Another process writes and does not come to an end.</summary>
    public async Task TakeAwayAsync()
    {
        var locked = Path.Combine(Directory, "locked");
        _blocking = TestProgram.StartLocking(Path.Combine(Directory, "journal.db"), locked, Directory);
        await Eventually.TrueAsync(() => File.Exists(locked), "the other process has the lock");
        File.Delete(locked);
    }

    public async Task BringBackAsync()
    {
        await _blocking!.KillAsync();
        _blocking = null;
    }

    public Task ForgetAsync()
    {
        SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_blocking is not null) await BringBackAsync();
        SqliteConnection.ClearAllPools();
    }
}
