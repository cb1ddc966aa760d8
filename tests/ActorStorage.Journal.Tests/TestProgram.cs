// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Sagas;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace ActorStorage.Journal.Tests;

/// <summary>
/// These tests as a program, to be killed: puts an image of two layers, of which the second comes from standard input
/// and never ends; or takes the lock of a file of SQLite and never gives it back.
/// </summary>
internal static class TestProgram
{
    public const string Key = "killed";

    public static Task<int> Main(string[] arguments) => arguments switch
    {
        ["put", var graph, var run, var configuration] => PutAsync(new StoragePaths(graph, run), configuration),
        ["lock", var file, var locked] => LockAsync(file, locked),
        _ => Task.FromResult(2),
    };

    public static RunningTool StartPutting(StorageRoot root, string configuration) =>
        Start(root.Directory, "put", root.Graph, root.Run, configuration);

    /// <param name="locked">A file that is made when the lock is taken.</param>
    public static RunningTool StartLocking(string file, string locked, string directory) =>
        Start(directory, "lock", file, locked);

    private static RunningTool Start(string directory, params string[] arguments) => RunningTool.Start(
        "test program", "dotnet", [typeof(TestProgram).Assembly.Location, .. arguments], directory);

    private static async Task<int> PutAsync(StoragePaths paths, string configuration)
    {
        var settings = StorageSettings.From(paths);
        var link = new JournalLink(settings);
        await using var engine = await StorageEngine.StartAsync(settings.JournaledBy(link));
        var journal = engine.System.ActorOf(JournalActor.Props(
            JournalSettings.From(paths, ConfigurationFactory.ParseString(configuration)), link, engine.Client));
        PutLayer[] layers = [EngineRoot.Of(LayerArchive.Small(1), "layer-1"), FromInput("layer-2")];
        while (true)
        {
            var reply = await journal.Ask<IReply>(
                replyTo => new SagaProtocol.PutImage(
                    Key, new NewImage { Id = new ImageId("image") }, layers,
                    new Asker(replyTo, DateTimeOffset.MaxValue), CancellationToken.None),
                Timeout.InfiniteTimeSpan, default);
            // The database is being opened.
            if (reply is not Refused { Error.Kind: StorageErrorKind.Busy }) return 1;
        }
    }

    private static async Task<int> LockAsync(string file, string locked)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();
        await File.WriteAllBytesAsync(locked, []);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static PutLayer FromInput(string id) => new(
        new NewLayer { Id = new LayerId(id) }, new LayerBlob(id, Console.OpenStandardInput, 1 << 20));
}
