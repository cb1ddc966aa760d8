// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Journal;

/// <summary>
/// Where in the actor system's configuration the plugins of one root's journal stand. They are added when the journal
/// starts: an actor system may have several roots, and one that has none loads nothing of the database.
/// </summary>
internal readonly record struct JournalPlugins(string RootId, string DatabaseId)
{
    /// <summary>Own threads: a database in files answers every call by blocking.</summary>
    public const string ActorDispatcher = "actor-storage.journal-dispatcher";

    public string Journal => $"{Path}.journal";

    public string Snapshots => $"{Path}.snapshots";

    private string Path => $"actor-storage.journal-plugins.root-{RootId}{DatabaseId}";

    public static void Register(ActorSystem system, JournalSettings settings)
    {
        var plugins = settings.Plugins;
        if (system.Settings.Config.HasPath(plugins.Journal)) return;
        // The serializer stands in it too, and not in code: the system makes its serializers anew each time.
        system.Settings.InjectTopLevelFallback(
            ConfigOf(plugins.Journal, "Akka.Persistence.Sql.Journal.SqlWriteJournal", settings, "journal")
                .WithFallback(ConfigOf(
                    plugins.Snapshots, "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore", settings, "snapshots"))
                .WithFallback(JournalSettings.Reference()));
    }

    private static Config ConfigOf(string path, string plugin, JournalSettings settings, string sqliteFile)
    {
        var connection = settings.ConnectionString ?? SqliteFiles.Connection(settings, sqliteFile);
        // What comes later in the text wins.
        return ConfigurationFactory.ParseString($$"""
            {{path}} {
            {{settings.Database}}
              class = "{{plugin}}, Akka.Persistence.Sql"
              plugin-id = "{{path}}"
              plugin-dispatcher = "{{ActorDispatcher}}"
              replay-dispatcher = "{{ActorDispatcher}}"
              materializer-dispatcher = "{{ActorDispatcher}}"
              connection-string = "{{Escaped(connection)}}"
            }
            """);
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
