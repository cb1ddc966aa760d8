// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Nodes;

/// <summary>Where a node keeps its journal, as <c>--journal</c> says it: <c>sqlite</c>, or
/// <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE</c>.</summary>
internal static class JournalPlace
{
    private const string Sqlite = "sqlite";

    /// <summary>As settings; nothing for an empty text.</summary>
    /// <exception cref="StorageException">Invalid: neither of them.</exception>
    public static IEnumerable<(string Key, string Value)> Settings(string text)
    {
        if (text.Length == 0) return [];
        if (text == Sqlite) return [("actor-storage.journal.database", Sqlite)];
        return
        [
            ("actor-storage.journal.database", "postgres"),
            ("actor-storage.journal.connection-string", ConnectionString(text)),
        ];
    }

    private static string ConnectionString(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new StorageException(
                StorageErrorKind.Invalid, $"--journal: {Quoted.Text(text)} is neither sqlite nor postgres://...");
        }
        var connection = new DbConnectionStringBuilder();
        if (uri.Host.Length > 0) connection["Host"] = uri.IdnHost;
        if (!uri.IsDefaultPort) connection["Port"] = uri.Port;
        if (uri.AbsolutePath.Length > 1) connection["Database"] = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            connection["Username"] = Uri.UnescapeDataString(user);
            if (password is [var secret]) connection["Password"] = Uri.UnescapeDataString(secret);
        }
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            // A directory of sockets is a host too, which fits nowhere else.
            var (key, value) = pair.IndexOf('=', StringComparison.Ordinal) is var at and > 0
                ? (pair[..at], pair[(at + 1)..])
                : (pair, "");
            connection[Uri.UnescapeDataString(key)] = Uri.UnescapeDataString(value);
        }
        return connection.ConnectionString;
    }
}
