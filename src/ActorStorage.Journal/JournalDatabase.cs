// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;
using Npgsql;

namespace ActorStorage.Journal;

/// <summary>The database itself, without what is stored in it. Everything here blocks: on an own thread only.</summary>
internal static class JournalDatabase
{
    private const int AnswerWaitSecondsMax = 5;

    /// <summary>Makes what must be there before the plugins start.</summary>
    /// <returns>Which database it is: another text when another one has taken its place.</returns>
    public static string Prepare(JournalSettings settings)
    {
        if (settings.IsSqlite) SqliteFiles.Prepare(settings);
        return Identify(settings);
    }

    /// <summary>Asks whether it is there, and is still the one that was prepared.</summary>
    /// <param name="isIdle">Asks also whether it could be written, because nothing shows it.</param>
    /// <exception cref="StorageException">Io: it was replaced. Other exceptions are the database's own.</exception>
    public static void Check(JournalSettings settings, bool isIdle)
    {
        if (Identify(settings) != settings.DatabaseId)
            throw new StorageException(StorageErrorKind.Io, "the database was replaced by another one");
        if (settings.IsSqlite && isIdle) SqliteFiles.TryLock(settings);
    }

    private static string Identify(JournalSettings settings) =>
        settings.IsSqlite ? SqliteFiles.Identify(settings) : IdentifyServer(settings.ConnectionString!);

    private static string IdentifyServer(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT oid FROM pg_database WHERE datname = current_database()";
        command.CommandTimeout = AnswerWaitSecondsMax;
        return string.Create(CultureInfo.InvariantCulture, $"-{command.ExecuteScalar()}");
    }
}
