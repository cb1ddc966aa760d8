// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Microsoft.Data.Sqlite;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>The files beside the root.</summary>
public sealed class SqliteDatabase : IJournalDatabase
{
    private JournalSettings? _settings;
    private SqliteConnection? _blocking;

    public JournalSettings SettingsFor(StoragePaths paths) =>
        _settings = JournalSettings.From(paths) with { RetryMax = TimeSpan.FromSeconds(1) };

    public Task<IReadOnlyList<(int Serializer, string Manifest)>> StoredAsync() =>
        StoredRows.ReadAsync(new SqliteConnection(SqliteFiles.Connection(_settings!, "journal")));

    /// <summary>Somebody else writes and does not come to an end.</summary>
    public async Task TakeAwayAsync()
    {
        _blocking = new SqliteConnection($"{SqliteFiles.Connection(_settings!, "journal")};Pooling=False");
        await _blocking.OpenAsync();
        await using var begin = _blocking.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();
    }

    public async Task BringBackAsync()
    {
        await _blocking!.DisposeAsync();
        _blocking = null;
    }

    public Task ForgetAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_settings!.SqliteDirectory, recursive: true);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_blocking is not null) await BringBackAsync();
        SqliteConnection.ClearAllPools();
    }
}
