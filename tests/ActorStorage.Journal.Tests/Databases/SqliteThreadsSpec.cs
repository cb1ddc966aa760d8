// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using ActorStorage.Disk;
using ActorStorage.Journal.Leases;
using ActorStorage.Tests;
using LinqToDB.Data;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>SQLite answers by blocking, whatever its calls are named: so they must not sit on threads that others
/// need.</summary>
public sealed class SqliteThreadsSpec : JournalSpec
{
    private readonly ConcurrentBag<(string? Thread, bool IsPool, string Statement)> _calls = [];

    protected override Task<IJournalDatabase> DatabaseAsync() =>
        Task.FromResult<IJournalDatabase>(new SqliteDatabase());

    [Fact]
    public async Task Should_be_called_on_the_journals_own_threads_only()
    {
        var before = DataConnection.WriteTraceLine;
        DataConnection.WriteTraceLine = (text, _, _) => Note(text);
        DataConnection.TurnTraceSwitchOn(TraceLevel.Verbose);
        try
        {
            var client = await StartAsync(settings => settings with { SnapshotEvery = 2 });
            for (var i = 0; i < 5; i++) await client.PutLayerAsync(EngineRoot.Empty($"layer-{i}"));
            await Root.AskAsync<LeaseProtocol.AcquireLeaseOk>(
                asker => new LeaseProtocol.AcquireLease(new LayerId("layer-1"), null, "test", null, asker));
            await (await Root.FollowAsync()).NextOfAsync("layer-4");
            await Root.StopAsync();
            await StartAsync();
            await (await Root.FollowAsync()).NextOfAsync("layer-4");
        }
        finally
        {
            DataConnection.TurnTraceSwitchOn(TraceLevel.Off);
            DataConnection.WriteTraceLine = before;
        }

        foreach (var kind in (string[])["INSERT", "SELECT", "CREATE TABLE"])
            Assert.Contains(_calls, call => call.Statement.Contains(kind, StringComparison.OrdinalIgnoreCase));
        Assert.All(_calls.Where(call => !IsLook(call.Statement)), call =>
        {
            Assert.False(call.IsPool, $"on the pool: {call.Statement}");
            Assert.StartsWith("actor-storage.journal-dispatcher", call.Thread);
        });
    }

    /// <summary>Who reads while a batch is stored waits for that in the plugin, which goes on wherever it is told of
    /// the end: with one look into an index, which waits for no lock of another process.</summary>
    private static bool IsLook(string statement) =>
        statement.Contains("MAX([r].[sequence_number])", StringComparison.Ordinal);

    /// <summary>Called on the thread that is about to execute a statement, of this journal or of that of another test,
    /// with a line that says for which database.</summary>
    private void Note(string? text)
    {
        if (text is null || !text.StartsWith("BeforeExecute", StringComparison.Ordinal)) return;
        if (!text.Contains("SQLite", StringComparison.Ordinal)) return;
        _calls.Add((Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread, text));
    }
}
