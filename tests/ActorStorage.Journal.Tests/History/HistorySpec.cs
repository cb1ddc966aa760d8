// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.Tests.Databases;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using ActorStorage.Watching;

namespace ActorStorage.Journal.Tests.History;

/// <summary>What every database must do for the history of a root.</summary>
public abstract class HistorySpec : JournalSpec
{
    [SkippableFact]
    public async Task Should_tell_what_this_engine_did_in_its_order()
    {
        var client = await StartAsync();
        var follower = await Root.FollowAsync();

        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        await client.PutLayerAsync(EngineRoot.Empty("two", parent: "one"));
        await client.ChangeNamesAsync("two", NamesChange.Set, ["top"]);
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), Names = ["app"], TopLayer = "two" });
        await client.DeleteImageAsync("image");

        await ExpectAsync(follower, StoreKind.Layers, ChangeKind.Created, "one");
        await ExpectAsync(follower, StoreKind.Layers, ChangeKind.Created, "two");
        await ExpectAsync(follower, StoreKind.Layers, ChangeKind.Changed, "two", "top");
        await ExpectAsync(follower, StoreKind.Images, ChangeKind.Created, "image", "app");
        var gone = await follower.NextStepAsync();
        Assert.Equal((StoreKind.Images, ChangeKind.Deleted), (gone.Store, Assert.Single(gone.Changes).Kind));
        gone = await follower.NextStepAsync();
        Assert.Equal((StoreKind.Layers, PictureOrigin.Own), (gone.Store, gone.Origin));
        Assert.Equal(["one", "two"], gone.Changes.Select(change => change.Id).Order());
    }

    [SkippableFact]
    public async Task Should_tell_within_a_second_what_the_Go_tool_did()
    {
        Tool.Require(Tool.GoNewest);
        await StartAsync();
        var follower = await Root.FollowAsync();
        await Tool.GoNewest.MustAsync(Root.Root, "create-layer", "--id", "foreign", "-n", "theirs");
        var ended = Stopwatch.StartNew();

        var step = await follower.NextOfAsync("foreign");

        Assert.True(ended.Elapsed < TimeSpan.FromSeconds(1), $"seen after {ended.Elapsed}");
        Assert.Equal(PictureOrigin.Foreign, step.Origin);
        Assert.Equal(["theirs"], step.Changes[^1].Names);
        Assert.NotEqual(Environment.ProcessId, step.Writer!.ProcessId);
        await Tool.GoNewest.MustAsync(Root.Root, "delete-layer", "foreign");
        Assert.Equal(ChangeKind.Deleted, (await follower.NextOfAsync("foreign")).Changes[^1].Kind);
    }

    [SkippableFact]
    public async Task Should_mark_a_gap_when_others_did_more_than_can_be_told_apart()
    {
        var client = await StartAsync();
        string[] layers = ["one", "two", "three"];
        foreach (var layer in layers) await client.PutLayerAsync(EngineRoot.Empty(layer));
        var follower = await Root.FollowAsync(from: 4);
        await using var other = await StorageEngine.StartAsync(StorageSettings.From(Root.Paths));
        Task changes;
        await using (await LockHolder.TakeAsync(Root.Root, Root.Root.LayersLock))
        {
            // They wait together, and so are written at once.
            changes = Task.WhenAll(layers.Select(layer => other.Client.SetMetadataAsync(layer, "changed")));
            // Passes the store behind them.
            await other.Client.LockStatisticsAsync();
        }
        await changes;

        var step = await follower.NextStepAsync();

        Assert.Equal((PictureOrigin.Foreign, 3), (step.Origin, step.Changes.Count));
        Assert.Equal(HistoryGap.OrderUnknown, step.Gap);
    }

    [SkippableFact]
    public async Task Should_give_every_step_once_from_any_offset_while_more_are_added()
    {
        const int Before = 60;
        const int Meanwhile = 60;
        var client = await StartAsync(settings => settings with { PageMax = 7 });
        for (var i = 0; i < Before; i++) await client.PutLayerAsync(EngineRoot.Empty($"before-{i}"));
        var adding = AddAsync();

        var all = await Root.FollowAsync();
        var some = await Root.FollowAsync(from: 31);

        for (var offset = 1; offset <= Before + Meanwhile; offset++)
        {
            var entry = await all.NextAsync();
            Assert.Equal(offset, entry.Offset);
            var id = Assert.Single(((StoreChanged)entry.Step).Changes).Id;
            Assert.Equal(offset <= Before ? $"before-{offset - 1}" : $"later-{offset - Before - 1}", id);
            if (offset >= 31) Assert.Equal(offset, (await some.NextAsync()).Offset);
        }
        await adding;

        async Task AddAsync()
        {
            for (var i = 0; i < Meanwhile; i++) await client.PutLayerAsync(EngineRoot.Empty($"later-{i}"));
        }
    }

    [SkippableFact]
    public async Task Should_tell_after_a_start_what_happened_while_nobody_looked()
    {
        var client = await StartAsync(settings => settings with { SnapshotEvery = 2 });
        await client.PutLayerAsync(EngineRoot.Empty("stays"));
        await client.PutLayerAsync(EngineRoot.Empty("changes"));
        await client.PutLayerAsync(EngineRoot.Empty("goes"));
        await (await Root.FollowAsync()).NextOfAsync("goes");
        await Root.StopAsync();
        await using (var other = await StorageEngine.StartAsync(StorageSettings.From(Root.Paths)))
        {
            await other.Client.DeleteLayerAsync("goes");
            await other.Client.SetMetadataAsync("changes", "other");
            await other.Client.PutLayerAsync(EngineRoot.Empty("comes"));
        }

        await StartAsync();
        var step = await (await Root.FollowAsync(from: 4)).NextStepAsync();

        Assert.Equal(HistoryGap.NotWatched, step.Gap);
        Assert.Equal(
            [(ChangeKind.Created, "comes"), (ChangeKind.Changed, "changes"), (ChangeKind.Deleted, "goes")],
            step.Changes.Select(change => (change.Kind, change.Id)).Order());
    }

    [SkippableFact]
    public async Task Should_commit_layers_and_say_degraded_while_the_database_is_away()
    {
        var client = await StartAsync();
        var follower = await Root.FollowAsync();
        await client.PutLayerAsync(EngineRoot.Empty("before"));
        await follower.NextOfAsync("before");

        await Root.Database.TakeAwayAsync();
        await client.PutLayerAsync(EngineRoot.Empty("meanwhile"));
        await Eventually.TrueAsync(
            async () => await Root.HealthAsync() is JournalHealth.Degraded { Reason.Length: > 0 }, "degraded");
        var engine = await client.HealthAsync();
        Assert.Equal(HealthState.Degraded, engine.State);
        Assert.NotEmpty(engine.Reason!);
        Assert.InRange(engine.Since!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        await client.PutLayerAsync(EngineRoot.Empty("still"));
        await client.ChangeNamesAsync("still", NamesChange.Set, ["named"]);
        Assert.Equal(3, (await client.ListLayersAsync()).Count);

        await Root.Database.BringBackAsync();
        await Root.HealthyAsync();
        Assert.Equal(new StorageHealth(HealthState.Healthy), await client.HealthAsync());
        // What was on the way when it failed is found again, with a gap; what came later has waited.
        Assert.Contains(
            (await follower.NextOfAsync("meanwhile")).Gap, (HistoryGap[])[HistoryGap.NotWatched, HistoryGap.None]);
        await follower.NextOfAsync("still");
        await client.PutLayerAsync(EngineRoot.Empty("after"));
        Assert.Equal(HistoryGap.None, (await follower.NextOfAsync("after")).Gap);
    }

    [SkippableFact]
    public async Task Should_say_degraded_and_healthy_again_also_when_nothing_is_to_be_stored()
    {
        var client = await StartAsync();
        var healths = new HealthLog(Root.System);
        await Root.Database.TakeAwayAsync();

        Assert.IsType<JournalHealth.Degraded>(await healths.NextAsync());

        Assert.Equal(HealthState.Degraded, (await client.HealthAsync()).State);
        await Root.Database.BringBackAsync();
        Assert.IsType<JournalHealth.Healthy>(await healths.NextAsync());
        Assert.Equal(HealthState.Healthy, (await client.HealthAsync()).State);
    }

    [SkippableFact]
    public async Task Should_lose_history_and_no_layer_when_the_journal_is_deleted()
    {
        var client = await StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        await client.PutLayerAsync(EngineRoot.Empty("two", parent: "one"));
        await (await Root.FollowAsync()).NextOfAsync("two");
        await Root.StopAsync();

        await Root.Database.ForgetAsync();

        client = await StartAsync();
        Assert.Equal(["one", "two"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        var first = await (await Root.FollowAsync()).NextAsync();
        var step = (StoreChanged)first.Step;
        Assert.Equal((1L, HistoryGap.NotWatched, 2), (first.Offset, step.Gap, step.Changes.Count));
    }

    [SkippableFact]
    public async Task Should_refuse_an_offset_before_the_first()
    {
        await StartAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(() => Root.FollowAsync(from: 0));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }

    [SkippableFact]
    public async Task Should_store_what_the_frozen_serializer_writes_and_nothing_else()
    {
        var client = await StartAsync(settings => settings with { SnapshotEvery = 1 });
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        await (await Root.FollowAsync()).NextOfAsync("one");
        var rows = await Root.Database.StoredAsync();
        Assert.Single(rows, (7302019, "sc1"));
        Assert.All(rows, row => Assert.Equal(7302019, row.Serializer));
        Assert.All(rows, row => Assert.Contains(row.Manifest, (string[])["sc1", "ip1", "lu1"]));
    }

    private static async Task ExpectAsync(
        Follower follower, StoreKind store, ChangeKind kind, string id, params string[] names)
    {
        var step = await follower.NextStepAsync();
        Assert.Equal((store, PictureOrigin.Own, HistoryGap.None), (step.Store, step.Origin, step.Gap));
        var change = Assert.Single(step.Changes);
        Assert.Equal((kind, id), (change.Kind, change.Id));
        Assert.Equal(names, change.Names);
    }
}

public sealed class SqliteHistorySpec : HistorySpec
{
    protected override Task<IJournalDatabase> DatabaseAsync() =>
        Task.FromResult<IJournalDatabase>(new SqliteDatabase());
}

public sealed class PostgresHistorySpec(PostgresServer server) : HistorySpec, IClassFixture<PostgresServer>
{
    protected override Task<IJournalDatabase> DatabaseAsync() => server.CreateAsync();
}
