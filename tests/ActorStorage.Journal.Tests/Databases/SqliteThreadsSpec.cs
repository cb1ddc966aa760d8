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
    private readonly SqliteDatabase _database = new();
    private readonly ConcurrentBag<(string? Thread, bool IsPool, string? Command)> _calls = [];
    private readonly QueryTraceOptions _before = QueryTraceOptions.Default;

    protected override Task<IJournalDatabase> DatabaseAsync() => Task.FromResult<IJournalDatabase>(_database);

    [Fact]
    public async Task Should_be_called_on_the_journals_own_threads_only()
    {
        QueryTraceOptions.Default = new QueryTraceOptions(TraceLevel.Verbose, OnTrace: Note);
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
            QueryTraceOptions.Default = _before;
        }

        Assert.Contains(_calls, call => call.Command!.Contains("INSERT", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(_calls, call => call.Command!.Contains("SELECT", StringComparison.OrdinalIgnoreCase));
        Assert.All(_calls, call =>
        {
            Assert.False(call.IsPool, $"on the pool: {call.Command}");
            Assert.StartsWith("actor-storage.journal-dispatcher", call.Thread);
        });
    }

    /// <summary>Called on the thread that is about to execute. Other tests run beside this one.</summary>
    private void Note(TraceInfo trace)
    {
        if (trace is not { TraceInfoStep: TraceInfoStep.BeforeExecute, Command: { Connection: { } connection } command })
            return;
        if (!connection.ConnectionString.Contains(_database.Directory, StringComparison.Ordinal)) return;
        _calls.Add((Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread, command.CommandText));
    }
}
