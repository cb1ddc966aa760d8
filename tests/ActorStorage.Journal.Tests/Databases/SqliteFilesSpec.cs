// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.Leases;
using ActorStorage.Tests;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>The files are taken away under a journal that runs.</summary>
public sealed class SqliteFilesSpec : JournalSpec
{
    private readonly SqliteDatabase _database = new();

    protected override Task<IJournalDatabase> DatabaseAsync() => Task.FromResult<IJournalDatabase>(_database);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_begin_anew_with_every_layer_when_its_files_are_replaced(bool withOthers)
    {
        var client = await StartAsync(
            settings => settings with { LeaseSweepInterval = TimeSpan.FromMilliseconds(100) });
        await client.PutLayerAsync(EngineRoot.Empty("base"));
        await client.PutLayerAsync(EngineRoot.Empty("top", parent: "base"));
        await Root.AskAsync<LeaseProtocol.AcquireLeaseOk>(
            asker => new LeaseProtocol.AcquireLease(new LayerId("top"), null, "test", null, asker));
        var follower = await Root.FollowAsync();
        await follower.NextOfAsync("top");
        var healths = new HealthLog(Root.System);

        foreach (var file in Directory.GetFiles(_database.Directory)) File.Delete(file);
        if (withOthers) await File.WriteAllBytesAsync(Path.Combine(_database.Directory, "journal.db"), []);
        await client.PutLayerAsync(EngineRoot.Empty("meanwhile"));

        Assert.IsType<JournalHealth.Degraded>(await healths.NextAsync());
        Assert.IsType<JournalHealth.Healthy>(await healths.NextAsync());
        Assert.Equal(HealthState.Healthy, (await client.HealthAsync()).State);
        await Eventually.TrueAsync(
            async () => (await client.ListLayersAsync()).Count == 3, "the record of the lost lease is gone");
        Assert.Equal(
            ["base", "meanwhile", "top"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value).Order());
        Assert.Empty((await Root.AskAsync<LeaseProtocol.ListLeasesOk>(
            asker => new LeaseProtocol.ListLeases(asker))).Leases);
        var first = await (await Root.FollowAsync()).NextAsync();
        Assert.Equal((1L, HistoryGap.NotWatched), (first.Offset, ((StoreChanged)first.Step).Gap));
        await client.DeleteLayerAsync("top");
    }

    [SkippableFact]
    public async Task Should_say_degraded_while_the_files_cannot_be_written()
    {
        var client = await StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("before"));
        await (await Root.FollowAsync()).NextOfAsync("before");
        // Not the shared memory: who writes to that of an immutable file is killed by the kernel.
        string[] files = [.. Directory.GetFiles(_database.Directory).Where(
            file => !file.EndsWith("-shm", StringComparison.Ordinal))];
        var made = await Command.RunAsync("chattr", ["+i", .. files]);
        Skip.IfNot(made.ExitCode == 0, "no such attribute on this file system");
        try
        {
            await client.PutLayerAsync(EngineRoot.Empty("meanwhile"));
            await Eventually.TrueAsync(
                async () => (await client.HealthAsync()).State == HealthState.Degraded, "degraded");
            await client.PutLayerAsync(EngineRoot.Empty("still"));
        }
        finally
        {
            (await Command.RunAsync("chattr", ["-i", .. files])).Succeeded();
        }

        await Root.HealthyAsync();
        await (await Root.FollowAsync()).NextOfAsync("still");
    }
}
