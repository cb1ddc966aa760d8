// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
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
    private const string ReadMark = "PRAGMA user_version";
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
            // Both stay with the file.
            Execute(connection, "PRAGMA journal_mode = WAL");
            if (Execute(connection, ReadMark) is 0L)
                Execute(connection, $"PRAGMA user_version = {RandomNumberGenerator.GetInt32(1, int.MaxValue)}");
        }
        // That they can be read does not say that they can be written.
        TryLock(settings);
    }

    /// <summary>Device and number of each file, and what was drawn when it was made: a new file may get the number of
    /// one that was deleted.</summary>
    /// <exception cref="StorageException">NotFound: one is gone.</exception>
    public static string Identify(JournalSettings settings) =>
        string.Concat(Names.Select(name => IdentityOf(settings, name)));

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

    private static string IdentityOf(JournalSettings settings, string name)
    {
        var file = new UnixFileInfo(PathOf(settings, name));
        if (!file.Exists) throw new StorageException(StorageErrorKind.NotFound, $"{file.FullName} is gone");
        using var connection = new SqliteConnection(Connection(settings, name));
        connection.Open();
        return $"-{file.Device:x}-{file.Inode:x}-{Execute(connection, ReadMark):x}";
    }

    private static object? Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }

    private static string PathOf(JournalSettings settings, string name) =>
        Path.Combine(settings.SqliteDirectory, $"{name}.db");
}
