// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Archives;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Sagas;
using ActorStorage.Tests;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Tests;

/// <summary>
/// These tests as a program, to be killed: puts an image of two layers, of which the second comes from standard input
/// and never ends.
/// </summary>
internal static class KilledProgram
{
    public const string Key = "killed";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var graph, var run]) return 2;
        var paths = new StoragePaths(graph, run);
        var settings = StorageSettings.From(paths);
        var pictures = new PictureQueue(settings.PictureQueueMax);
        await using var engine = await StorageEngine.StartAsync(settings with { Pictures = pictures });
        var journal = engine.System.ActorOf(
            JournalActor.Props(JournalSettings.From(paths), pictures, engine.Client));
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

    public static RunningTool Start(StorageRoot root) => RunningTool.Start(
        "killed", "dotnet", [typeof(KilledProgram).Assembly.Location, root.Graph, root.Run], root.Directory);

    private static PutLayer FromInput(string id) => new(
        new NewLayer { Id = new LayerId(id) }, new LayerBlob(id, Console.OpenStandardInput, 1 << 20));
}
