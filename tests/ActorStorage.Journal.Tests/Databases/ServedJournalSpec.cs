// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>The journal of a node from the command line, on a server.</summary>
public sealed class ServedJournalSpec(PostgresServer server) : IClassFixture<PostgresServer>
{
    [SkippableFact]
    public async Task Should_keep_the_journal_where_the_command_line_says()
    {
        await using var database = await server.CreateAsync();
        await using var root = new StorageRoot();
        var archive = LayerArchive.Small(1);
        await File.WriteAllBytesAsync(root.File("layer.tar"), archive.Bytes);
        var place = new DbConnectionStringBuilder
        {
            ConnectionString = database.SettingsFor(new StoragePaths(root.Graph, root.Run)).ConnectionString,
        };
        var host = Uri.EscapeDataString($"{place["Host"]}");
        var url = $"postgres:///{place["Database"]}?Host={host}&Username={place["Username"]}";
        await using (var node = await ServingTool.StartAsync(root, null, "--journal", url))
        {
            var source = $"file://{root.File("layer.tar")}";
            (await node.AskAsync("ensure", "--lease", "build-7", $"{archive.Digest}", source)).Succeeded();
            Assert.Equal(0, await node.StopAsync());
        }
        Assert.NotEmpty(await database.StoredAsync());
        Assert.False(Directory.Exists($"{root.Graph}-journal"));
    }
}
