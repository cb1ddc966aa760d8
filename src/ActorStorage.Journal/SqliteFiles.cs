// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Microsoft.Data.Sqlite;
using Mono.Unix;

namespace ActorStorage.Journal;

/// <summary>
/// The two files of a journal in SQLite: events and snapshots apart, so that each has one writer. A write-ahead log
/// lets those read who replay the history while it grows.
/// </summary>
internal static class SqliteFiles
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly string[] Names = ["journal", "snapshots"];

    public static string Connection(JournalSettings settings, string name) => new SqliteConnectionStringBuilder
    {
        DataSource = PathOf(settings, name),
        // Also how long a locked file is waited for, in seconds.
        DefaultTimeout = 5,
    }.ToString();

    /// <summary>Makes the files if they are missing.</summary>
    /// <exception cref="SqliteException">They cannot be written.</exception>
    public static void Prepare(JournalSettings settings)
    {
        Directory.CreateDirectory(settings.SqliteDirectory, Private);
        foreach (var name in Names)
        {
            using var connection = new SqliteConnection(Connection(settings, name));
            // Handles of a file that was replaced would be used again.
            SqliteConnection.ClearPool(connection);
            connection.Open();
            using var command = connection.CreateCommand();
            // It stays with the file.
            command.CommandText = "PRAGMA journal_mode = WAL";
            command.ExecuteNonQuery();
        }
        // That they can be read does not say that they can be written.
        TryLock(settings);
    }

    /// <summary>Device and number of each file.</summary>
    /// <exception cref="StorageException">NotFound: one is gone.</exception>
    public static string Identify(JournalSettings settings) =>
        string.Concat(Names.Select(name => IdentityOf(PathOf(settings, name))));

    /// <summary>Takes the lock of the one writer and gives it back. Writes nothing.</summary>
    /// <exception cref="SqliteException">It could not be had, or the file cannot be written.</exception>
    public static void TryLock(JournalSettings settings)
    {
        using var connection = new SqliteConnection(Connection(settings, "journal"));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
        command.ExecuteNonQuery();
    }

    private static string PathOf(JournalSettings settings, string name) =>
        Path.Combine(settings.SqliteDirectory, $"{name}.db");

    private static string IdentityOf(string path)
    {
        var file = new UnixFileInfo(path);
        return file.Exists
            ? $"-{file.Device:x}-{file.Inode:x}"
            : throw new StorageException(StorageErrorKind.NotFound, $"{path} is gone");
    }
}
