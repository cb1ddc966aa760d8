// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Journal.Leases;
using ActorStorage.Journal.Tests.Databases;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Actor;

namespace ActorStorage.Journal.Tests.Leases;

/// <summary>What every database must do for leases.</summary>
public abstract partial class LeaseSpec : JournalSpec
{
    private static readonly LayerId Top = new("top");

    [SkippableFact]
    public async Task Should_keep_a_layer_from_being_deleted_until_it_is_released()
    {
        var client = await StartWithLayersAsync();
        var lease = await AcquireAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((Top, "test"), (lease.Layer, lease.OwnerName));

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.DeleteLayerAsync("top"));
        Assert.Equal(StorageErrorKind.HasChildren, refused.Kind);
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "top" });
        await client.DeleteImageAsync("image");
        Assert.NotNull(await client.FindLayerAsync("base"));

        await ReleaseAsync(lease.Id);
        Assert.Empty(await ListAsync());
        await client.DeleteLayerAsync("top");
        await client.DeleteLayerAsync("base");
        Assert.Empty(await client.ListLayersAsync());
    }

    [SkippableFact]
    public async Task Should_end_when_its_time_is_up_unless_it_is_renewed()
    {
        var client = await StartWithLayersAsync();
        var renewed = await AcquireAsync(TimeSpan.FromMilliseconds(300));
        await Root.AskAsync<LeaseProtocol.RenewLeaseOk>(
            asker => new LeaseProtocol.RenewLease(renewed.Id, TimeSpan.FromMinutes(1), asker));
        var left = await AcquireAsync(TimeSpan.FromMilliseconds(300));

        await Eventually.TrueAsync(async () => (await ListAsync()).Length == 1, "one has expired");

        Assert.Equal([renewed.Id], (await ListAsync()).Select(lease => lease.Id));
        await Eventually.TrueAsync(
            async () => (await client.ListLayersAsync()).Count == 3, "the record of the other is gone");
        var refused = await Assert.ThrowsAsync<StorageException>(() => ReleaseAsync(left.Id));
        Assert.Equal(StorageErrorKind.NotFound, refused.Kind);
    }

    [SkippableFact]
    public async Task Should_refuse_more_than_there_may_be_until_one_is_released()
    {
        await StartWithLayersAsync(settings => settings with { LeasesMax = 2 });
        var first = await AcquireAsync(TimeSpan.FromMinutes(1));
        await AcquireAsync(TimeSpan.FromMinutes(1));

        var refused = await Assert.ThrowsAsync<StorageException>(() => AcquireAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(StorageErrorKind.Busy, refused.Kind);
        Assert.Contains("leases-max", refused.Message, StringComparison.Ordinal);
        await ReleaseAsync(first.Id);
        await AcquireAsync(TimeSpan.FromMinutes(1));
    }

    [SkippableFact]
    public async Task Should_end_with_the_actor_that_owns_it()
    {
        var client = await StartWithLayersAsync();
        var owner = Root.System.ActorOf(Props.Empty);
        await AcquireAsync(timeToLive: null, owner);
        Assert.Equal(3, (await client.ListLayersAsync()).Count);

        Root.System.Stop(owner);

        await Eventually.TrueAsync(
            async () => (await client.ListLayersAsync()).Count == 2, "the record is gone with its owner");
        Assert.Empty(await ListAsync());
    }

    [SkippableFact]
    public async Task Should_refuse_a_layer_that_is_not_there()
    {
        await StartAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(() => AcquireAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(StorageErrorKind.ParentUnknown, refused.Kind);
        await Eventually.TrueAsync(async () => (await ListAsync()).Length == 0, "nothing is left of it");
    }

    [SkippableFact]
    public async Task Should_outlive_the_process_if_no_actor_owns_it()
    {
        await StartWithLayersAsync();
        var pin = await AcquireAsync(timeToLive: null);
        await AcquireAsync(timeToLive: null, Root.System.ActorOf(Props.Empty));
        await Root.StopAsync();

        var client = await StartAsync();

        await Eventually.TrueAsync(
            async () => (await client.ListLayersAsync()).Count == 3 && (await ListAsync()).Length == 1,
            "only the pin is left");
        Assert.Equal(pin.Id, Assert.Single(await ListAsync()).Id);
    }

    [SkippableFact]
    public async Task Should_make_the_record_again_when_it_was_lost()
    {
        var client = await StartWithLayersAsync();
        await AcquireAsync(timeToLive: null);
        await Root.StopAsync();
        await using (var other = await StorageEngine.StartAsync(StorageSettings.From(Root.Paths)))
            await other.Client.DeleteLayerAsync((await other.Client.ListLayersAsync())[^1].Id.Value);

        client = await StartAsync();

        await Eventually.TrueAsync(async () => (await client.ListLayersAsync()).Count == 3, "it is there again");
    }

    [SkippableFact]
    public async Task Should_lose_leases_and_no_layer_when_the_journal_is_deleted()
    {
        await StartWithLayersAsync();
        await AcquireAsync(timeToLive: null);
        await Root.StopAsync();
        await Root.Database.ForgetAsync();

        var client = await StartAsync();

        await Eventually.TrueAsync(
            async () => (await client.ListLayersAsync()).Count == 2, "a record without a lease is gone");
        Assert.Equal(["base", "top"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
    }

    [SkippableFact]
    public async Task Should_keep_a_layer_from_what_other_tools_delete()
    {
        Tool.Require(Tool.GoNewest);
        var client = await StartWithLayersAsync();
        await AcquireAsync(TimeSpan.FromMinutes(1));
        await client.CreateImageAsync(new NewImage { Id = ImageId.Random(), Names = ["app"], TopLayer = "top" });

        foreach (var tool in (string[])["podman", "buildah"])
            Skip.If(!File.Exists($"/usr/bin/{tool}"), $"{tool} is not installed; tests/run installs it");
        (await RunAsync("podman", "image", "prune", "--all", "--force")).Succeeded();
        Assert.Empty(await client.ListImagesAsync());
        await client.CreateImageAsync(new NewImage { Id = ImageId.Random(), Names = ["app"], TopLayer = "top" });
        (await RunAsync("buildah", "rmi", "--all", "--force")).Succeeded();

        Assert.Empty(await client.ListImagesAsync());
        Assert.Equal(3, (await client.ListLayersAsync()).Count);
        (await Tool.GoNewest.RunAsync(Root.Root, "delete-layer", "top")).Failed();
        (await Tool.GoNewest.MustAsync(Root.Root, "check", "--repair")).SaysNothing();
        Assert.NotNull(await client.FindLayerAsync("base"));
    }

    [SkippableFact]
    public async Task Should_keep_a_layer_from_being_deleted_or_collected_even_without_its_record()
    {
        var client = await StartWithLayersAsync(settings => settings with
        {
            LeaseSweepInterval = TimeSpan.FromMinutes(10),
        });
        var lease = await AcquireAsync(timeToLive: null);
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(3), "free"));
        await client.DeleteLayerAsync((await RecordAsync(client)).Id.Value);

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.DeleteLayerAsync("top"));
        Assert.Equal(StorageErrorKind.InUse, refused.Kind);
        Assert.Contains("test", refused.Message, StringComparison.Ordinal);
        Assert.Contains(new LayerHolder(LayerHolderKind.Lease, "test"), await client.ExplainLayerAsync("top"));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "top" });
        await client.DeleteImageAsync("image");
        var gone = await client.CollectAsync(long.MaxValue, TimeSpan.FromSeconds(-1));
        Assert.Equal(["free"], gone.Select(layer => layer.Layer.Value));

        await ReleaseAsync(lease.Id);
        gone = await client.CollectAsync(long.MaxValue, TimeSpan.FromSeconds(-1));
        Assert.Equal(["top", "base"], gone.Select(layer => layer.Layer.Value));
    }

    [SkippableFact]
    public async Task Should_let_the_record_of_a_lease_be_collected_by_nobody()
    {
        var client = await StartWithLayersAsync();
        await AcquireAsync(timeToLive: null);
        await Root.StopAsync();
        // One without a journal knows only the records.
        await using var other = await StorageEngine.StartAsync(StorageSettings.From(Root.Paths));
        Assert.Empty(await other.Client.CollectAsync(long.MaxValue, TimeSpan.FromSeconds(-1)));
        Assert.Equal(3, (await other.Client.ListLayersAsync()).Count);
    }

    [SkippableFact]
    public async Task Should_replace_a_record_before_other_tools_take_it_for_left_over()
    {
        Tool.Require(Tool.GoNewest);
        var client = await StartWithLayersAsync();
        await AcquireAsync(timeToLive: null);
        var old = await RecordAsync(client);
        await Root.StopAsync();
        var index = Path.Combine(Root.Root.Graph, "overlay-layers", "layers.json");
        var text = await File.ReadAllTextAsync(index);
        await File.WriteAllTextAsync(index, Created().Replace(text, "\"created\":\"2020-"));

        client = await StartWithoutLayersAsync();

        await Eventually.TrueAsync(
            async () => await client.FindLayerAsync(old.Id.Value) is null, "the old record is gone");
        var record = await RecordAsync(client);
        Assert.Equal((3, Top), ((await client.ListLayersAsync()).Count, record.Parent));
        Assert.InRange(
            record.Created.Moment.Seconds, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), long.MaxValue);
        await Tool.GoNewest.RunAsync(Root.Root, "check", "--repair");
        await CheckAndRepairAsync();
        Assert.Equal(["base", "top", record.Id.Value], await IdsAsync(client));
    }

    [SkippableFact]
    public async Task Should_replace_a_record_in_time_while_it_runs()
    {
        var client = await StartWithLayersAsync(settings => settings with
        {
            LeaseRecordAgeMax = TimeSpan.FromSeconds(4),
        });
        await AcquireAsync(timeToLive: null);
        var old = await RecordAsync(client);

        await Eventually.TrueAsync(
            async () => await client.FindLayerAsync(old.Id.Value) is null, "the old record is gone");

        Assert.Equal(3, (await client.ListLayersAsync()).Count);
        Assert.NotEqual(old.Id, (await RecordAsync(client)).Id);
        Assert.Single(await ListAsync());
    }

    [SkippableFact]
    public async Task Should_make_the_record_again_when_another_tool_deletes_it_meanwhile()
    {
        Tool.Require(Tool.GoNewest);
        var client = await StartWithLayersAsync();
        await AcquireAsync(timeToLive: null);
        await Tool.GoNewest.MustAsync(Root.Root, "delete-layer", (await RecordAsync(client)).Id.Value);

        await Eventually.TrueAsync(async () => (await client.ListLayersAsync()).Count == 3, "it is there again");
    }

    [SkippableFact]
    public async Task Should_refuse_while_the_database_is_away()
    {
        await StartWithLayersAsync();
        await Root.Database.TakeAwayAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(() => AcquireAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(StorageErrorKind.Busy, refused.Kind);
        await Root.Database.BringBackAsync();
        await Root.HealthyAsync();
        await AcquireAsync(TimeSpan.FromMinutes(1));
    }

    private Task<Outcome> RunAsync(string program, params string[] arguments) => Command.RunAsync(
        program,
        ["--root", Root.Root.Graph, "--runroot", Root.Root.Run, "--storage-driver", "overlay", .. arguments]);

    /// <summary>As the command line does, in a process that has no journal.</summary>
    private async Task CheckAndRepairAsync()
    {
        await using var other = await StorageEngine.StartAsync(StorageSettings.From(Root.Paths));
        var report = await other.Client.CheckAsync(CheckOptions.Default);
        var plan = RepairPlan.Of(report, (await other.Client.ListAllAsync()).Records, force: true);
        Assert.Contains(Top, plan.Layers);
        foreach (var layer in plan.Layers)
            await Assert.ThrowsAsync<StorageException>(() => other.Client.DeleteLayerAsync(layer.Value));
    }

    private static async Task<LayerRecord> RecordAsync(StorageClient client) =>
        Assert.Single(await client.ListLayersAsync(), LeaseRecord.Is);

    private static async Task<IEnumerable<string>> IdsAsync(StorageClient client) =>
        (await client.ListLayersAsync()).Select(layer => layer.Id.Value);

    private Task<StorageClient> StartWithoutLayersAsync(Func<JournalSettings, JournalSettings>? change = null) =>
        StartAsync(settings =>
        {
            var quick = settings with { LeaseSweepInterval = TimeSpan.FromMilliseconds(100) };
            return change is null ? quick : change(quick);
        });

    private async Task<StorageClient> StartWithLayersAsync(Func<JournalSettings, JournalSettings>? change = null)
    {
        var client = await StartWithoutLayersAsync(change);
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "base"));
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "top", parent: "base"));
        return client;
    }

    private async Task<Lease> AcquireAsync(TimeSpan? timeToLive, IActorRef? owner = null) =>
        (await Root.AskAsync<LeaseProtocol.AcquireLeaseOk>(
            asker => new LeaseProtocol.AcquireLease(Top, timeToLive, "test", owner, asker))).Lease;

    private Task<LeaseProtocol.ReleaseLeaseOk> ReleaseAsync(string lease) =>
        Root.AskAsync<LeaseProtocol.ReleaseLeaseOk>(asker => new LeaseProtocol.ReleaseLease(lease, asker));

    [GeneratedRegex("\"created\":\"[0-9]{4}-")]
    private static partial Regex Created();

    private async Task<Lease[]> ListAsync() =>
        [.. (await Root.AskAsync<LeaseProtocol.ListLeasesOk>(asker => new LeaseProtocol.ListLeases(asker))).Leases];
}

public sealed class SqliteLeaseSpec : LeaseSpec
{
    protected override Task<IJournalDatabase> DatabaseAsync() =>
        Task.FromResult<IJournalDatabase>(new SqliteDatabase());
}

public sealed class PostgresLeaseSpec(PostgresServer server) : LeaseSpec, IClassFixture<PostgresServer>
{
    protected override Task<IJournalDatabase> DatabaseAsync() => server.CreateAsync();
}
