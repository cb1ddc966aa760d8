// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal;
using ActorStorage.Journal.History;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace ActorStorage.Bench;

/// <summary>
/// How many steps of the history are stored in a second, one by one and in batches, and how long a start takes after
/// 100,000 of them. Figures of one run each; the database is new.
/// </summary>
internal static class JournalRates
{
    private const int Layers = 1_000;
    private const int Steps = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="connection">Of a PostgreSQL server; null for SQLite in the temporary directory.</param>
    public static async Task RunAsync(string? connection)
    {
        using var root = new BenchRoot();
        var config = connection is null ? null : ConfigurationFactory.ParseString(
            $"actor-storage.journal {{ database = postgres, connection-string = \"{connection}\" }}");
        var settings = JournalSettings.From(root.Paths, config) with { RootId = Guid.NewGuid().ToString("N") };
        JournalDatabase.Prepare(settings);
        Console.WriteLine(settings.IsSqlite ? "SQLite" : "PostgreSQL");
        var pictures = PicturesOf(Steps + 1_000).GetEnumerator();
        await using (var history = await History.StartAsync(settings))
        {
            Print("first step after the start, ms", await history.RecordAsync(pictures, steps: 1, batch: 1), 1);
            Print("one by one, steps a second", await history.RecordAsync(pictures, steps: 500, batch: 1), 500);
            Print("100 at once, steps a second", await history.RecordAsync(pictures, Steps - 501, 100), Steps - 501);
        }
        await using (var history = await History.StartAsync(settings))
            Console.WriteLine($"start after {Steps} steps with snapshots: {Milliseconds(history.StartedIn)} ms");
        await using (var history = await History.StartAsync(settings, ignoreSnapshots: true))
            Console.WriteLine($"the same without a snapshot: {Milliseconds(history.StartedIn)} ms");
        if (!settings.IsSqlite) return;
        // Or the file system cannot be unmounted.
        SqliteConnection.ClearAllPools();
        Directory.Delete(settings.SqliteDirectory, recursive: true);
    }

    private static void Print(string what, TimeSpan elapsed, int steps) => Console.WriteLine(
        steps == 1 ? $"{what}: {Milliseconds(elapsed)}" : string.Create(
            CultureInfo.InvariantCulture, $"{what}: {steps / elapsed.TotalSeconds:f0}"));

    private static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString("f0", CultureInfo.InvariantCulture);

    /// <summary>A store of some layers of which one changes each time.</summary>
    private static IEnumerable<StorePicture> PicturesOf(int count)
    {
        var index = LayerIndex.Empty;
        LayerId[] ids = [.. Enumerable.Range(0, Layers).Select(_ => LayerId.Random())];
        foreach (var id in ids) index = index.Add(new LayerRecord { Id = id });
        for (var i = 0; i < count; i++)
        {
            index = index.Replace(index.Get(ids[i % Layers]) with { Metadata = $"{i}" });
            var token = LockToken.New(TimeProvider.System);
            yield return new StorePicture(
                StoreKind.Layers, index, token, PictureOrigin.Own, IsExact: true, TimeProvider.System.GetUtcNow());
        }
    }

    /// <summary>The actor that stores, under a parent that asks it.</summary>
    private sealed class History : IAsyncDisposable
    {
        private readonly ActorSystem _system = ActorSystem.Create(
            "bench", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");
        private readonly IActorRef _parent;

        private History(JournalSettings settings)
        {
            JournalPlugins.Register(_system, settings);
            _parent = _system.ActorOf(Props.Create(() => new Parent(settings)));
        }

        public TimeSpan StartedIn { get; private set; }

        public static async Task<History> StartAsync(JournalSettings settings, bool ignoreSnapshots = false)
        {
            if (ignoreSnapshots) settings = settings with { ReadsSnapshots = false };
            var history = new History(settings);
            var started = Stopwatch.StartNew();
            await history._parent.Ask<HistoryReady>("start", Patience);
            history.StartedIn = started.Elapsed;
            return history;
        }

        public async Task<TimeSpan> RecordAsync(IEnumerator<StorePicture> pictures, int steps, int batch)
        {
            var started = Stopwatch.StartNew();
            for (var done = 0; done < steps; done += batch)
            {
                var next = new List<StorePicture>(batch);
                while (next.Count < batch && pictures.MoveNext()) next.Add(pictures.Current);
                await _parent.Ask<Recorded>(new Record(next), Patience);
            }
            return started.Elapsed;
        }

        public async ValueTask DisposeAsync() => await _system.Terminate();
    }

    private sealed class Parent(JournalSettings settings) : UntypedActor
    {
        private IActorRef _asker = ActorRefs.Nobody;
        private IActorRef _history = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "start":
                    _asker = Sender;
                    _history = Context.ActorOf(HistoryActor.Props(settings));
                    break;
                case Record record:
                    _asker = Sender;
                    _history.Tell(record);
                    break;
                case BatchStored: break;
                default: _asker.Tell(message); break;
            }
        }
    }
}
