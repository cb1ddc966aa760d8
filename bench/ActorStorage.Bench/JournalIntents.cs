// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Images;
using ActorStorage.Journal;
using ActorStorage.Journal.Sagas;
using ActorStorage.Layers;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace ActorStorage.Bench;

/// <summary>
/// How many intents of sagas are stored in a second, each with its outcome, by so many clients as ask at once; and how
/// long the saga actor takes to start on top of them. The store behind it is an actor that has every image already, so
/// that only the journal works.
/// </summary>
internal static class JournalIntents
{
    private static readonly int[] Clients = [1, 16, 256];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="count">Intents for each number of clients.</param>
    /// <param name="connection">Of a PostgreSQL server; null for SQLite in the temporary directory.</param>
    public static async Task RunAsync(int count, string? connection)
    {
        using var root = new BenchRoot();
        var config = connection is null ? null : ConfigurationFactory.ParseString(
            $"actor-storage.journal {{ database = postgres, connection-string = \"{connection}\" }}");
        var settings = JournalSettings.From(root.Paths, config) with { RootId = Guid.NewGuid().ToString("N") };
        settings = settings with { DatabaseId = JournalDatabase.Prepare(settings) };
        Console.WriteLine(settings.IsSqlite ? "SQLite" : "PostgreSQL");
        var events = 0;
        await using (var sagas = new Sagas(root.Paths, settings))
        {
            // Compilation, and the tables.
            await sagas.PutAsync(count: 100, clients: 16);
            foreach (var clients in Clients)
            {
                var some = Math.Max(clients, clients == 1 ? count / 10 : count);
                var elapsed = await sagas.PutAsync(some, clients);
                events += 2 * some;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{clients} at once: {some / elapsed.TotalSeconds:f0} intents a second, with as many outcomes"));
            }
        }
        foreach (var reads in (bool[])[true, false])
        {
            var started = Stopwatch.StartNew();
            await using var sagas = new Sagas(root.Paths, settings with { ReadsSnapshots = reads });
            await sagas.PutAsync(count: 1, clients: 1);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"first answer after a start on {events} events, {(reads ? "with" : "without")} snapshots: "
                    + $"{started.ElapsedMilliseconds} ms"));
        }
        if (!settings.IsSqlite) return;
        // Or the file system cannot be unmounted.
        SqliteConnection.ClearAllPools();
        Directory.Delete(settings.SqliteDirectory, recursive: true);
    }

    /// <summary>The actor that stores them, in a system of its own.</summary>
    private sealed class Sagas : IAsyncDisposable
    {
        private readonly ActorSystem _system = ActorSystem.Create(
            "bench", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");
        private readonly IActorRef _sagas;
        private static int _keys;

        public Sagas(StoragePaths paths, JournalSettings settings)
        {
            JournalPlugins.Register(_system, settings);
            var client = new StorageClient(_system.ActorOf(Props.Create(() => new FullStore())), Patience);
            var link = new JournalLink(StorageSettings.From(paths));
            _sagas = _system.ActorOf(
                SagaActor.Props(client, link, _system.DeadLetters, settings, TimeProvider.System));
        }

        public async Task<TimeSpan> PutAsync(int count, int clients)
        {
            var started = Stopwatch.StartNew();
            var left = count;
            await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
            {
                while (Interlocked.Decrement(ref left) >= 0) await PutOneAsync();
            }));
            return started.Elapsed;
        }

        private async Task PutOneAsync()
        {
            var key = Interlocked.Increment(ref _keys).ToString(CultureInfo.InvariantCulture);
            var image = new NewImage { Id = new ImageId($"image-{key}") };
            var reply = await _sagas.Ask<IReply>(
                replyTo => new SagaProtocol.PutImage(
                    key, image, [], new Asker(replyTo, DateTimeOffset.MaxValue), CancellationToken.None),
                Patience, default);
            if (reply is not SagaProtocol.PutImageOk) throw new InvalidOperationException($"{reply}");
        }

        public async ValueTask DisposeAsync() => await _system.Terminate();
    }

    private sealed class FullStore : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case LayerProtocol.ListLayers list:
                    list.Asker.ReplyTo.Tell(new LayerProtocol.ListLayersOk([]));
                    break;
                case ImageProtocol.FindImage find:
                    find.Asker.ReplyTo.Tell(new ImageProtocol.FindImageOk(
                        new ImageRecord { Id = new ImageId(find.Image) }));
                    break;
                default: Unhandled(message); break;
            }
        }
    }
}
