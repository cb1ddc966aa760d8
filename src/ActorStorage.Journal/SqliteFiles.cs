// SPDX-License-Identifier: Apache-2.0
using Microsoft.Data.Sqlite;

namespace ActorStorage.Journal;

/// <summary>
/// The two files of a journal in SQLite: events and snapshots apart, so that each has one writer. A write-ahead log
/// lets those read who replay the history while it grows.
/// </summary>
internal static class SqliteFiles
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Connection(JournalSettings settings, string name) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(settings.SqliteDirectory, $"{name}.db"),
        // Also how long a locked file is waited for, in seconds.
        DefaultTimeout = 5,
    }.ToString();

    /// <summary>Blocks: on an own thread only. Does nothing for other databases.</summary>
    public static void Prepare(JournalSettings settings)
    {
        if (!settings.IsSqlite) return;
        Directory.CreateDirectory(settings.SqliteDirectory, Private);
        foreach (var name in (string[])["journal", "snapshots"])
        {
            using var connection = new SqliteConnection(Connection(settings, name));
            connection.Open();
            using var command = connection.CreateCommand();
            // It stays with the file.
            command.CommandText = "PRAGMA journal_mode = WAL";
            command.ExecuteNonQuery();
        }
    }
}
