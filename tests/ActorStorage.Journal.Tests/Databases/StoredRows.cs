// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>What stands in the table of events, read by nobody's plugin.</summary>
internal static class StoredRows
{
    public static async Task<IReadOnlyList<(int Serializer, string Manifest)>> ReadAsync(DbConnection connection)
    {
        await using var opened = connection;
        await opened.OpenAsync();
        await using var command = opened.CreateCommand();
        command.CommandText = "SELECT identifier, manifest FROM journal ORDER BY ordering";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(int, string)>();
        while (await reader.ReadAsync()) rows.Add((reader.GetInt32(0), reader.GetString(1)));
        return rows;
    }
}
