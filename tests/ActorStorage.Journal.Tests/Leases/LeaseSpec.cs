// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Archives;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Leases;
using ActorStorage.Journal.Tests.Databases;
using ActorStorage.Tests;
using Akka.Actor;

namespace ActorStorage.Journal.Tests.Leases;

/// <summary>What every database must do for leases.</summary>
public abstract class LeaseSpec : JournalSpec
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

    private async Task<StorageClient> StartWithLayersAsync()
    {
        var client = await StartAsync(
            settings => settings with { LeaseSweepInterval = TimeSpan.FromMilliseconds(100) });
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "base"));
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "top", parent: "base"));
        return client;
    }

    private async Task<Lease> AcquireAsync(TimeSpan? timeToLive, IActorRef? owner = null) =>
        (await Root.AskAsync<LeaseProtocol.AcquireLeaseOk>(
            asker => new LeaseProtocol.AcquireLease(Top, timeToLive, "test", owner, asker))).Lease;

    private Task<LeaseProtocol.ReleaseLeaseOk> ReleaseAsync(string lease) =>
        Root.AskAsync<LeaseProtocol.ReleaseLeaseOk>(asker => new LeaseProtocol.ReleaseLease(lease, asker));

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
