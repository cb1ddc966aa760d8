// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Leases;
using ActorStorage.Journal.Sagas;
using ActorStorage.Journal.Tests.Databases;
using ActorStorage.Journal.Uses;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using ActorStorage.Watching;

namespace ActorStorage.Journal.Tests.Uses;

/// <summary>What every database must do for last use and provenance.</summary>
public abstract class UseSpec : JournalSpec
{
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(-1);

    [SkippableFact]
    public async Task Should_tell_who_put_layers_and_images_and_what_of()
    {
        var begun = DateTimeOffset.UtcNow;
        var client = await StartAsync();
        await client.As("a build").PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
        var digest = new Digest($"sha256:{new string('a', 64)}");
        await client.As("a pull").CreateImageAsync(
            new NewImage { Id = new ImageId("image"), TopLayer = "one", Digest = digest });
        await Root.AskAsync<SagaProtocol.PutImageOk>(asker => new SagaProtocol.PutImage(
            "key-7", new NewImage { Id = new ImageId("whole") }, [EngineRoot.Of(LayerArchive.Small(2), "two")], asker,
            CancellationToken.None));

        await ExpectAsync();
        Assert.Null((await GetAsync(StoreKind.Layers, "nothing")).Provenance);
        await Root.StopAsync();
        await StartAsync();
        await ExpectAsync();

        async Task ExpectAsync()
        {
            var one = (await GetAsync(StoreKind.Layers, "one")).Provenance!;
            Assert.Equal(("a build", "one"), (one.Client, one.Source));
            Assert.InRange(one.At, begun, DateTimeOffset.UtcNow);
            var image = (await GetAsync(StoreKind.Images, "image")).Provenance!;
            Assert.Equal(("a pull", digest.ToString()), (image.Client, image.Source));
            var two = (await GetAsync(StoreKind.Layers, "two")).Provenance!;
            Assert.Equal(("put-image key-7", "two"), (two.Client, two.Source));
            Assert.Equal("put-image key-7", (await GetAsync(StoreKind.Images, "whole")).Provenance!.Client);
        }
    }

    [SkippableFact]
    public async Task Should_remember_the_last_use_whatever_it_was()
    {
        var client = await StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("layer"));
        await ExpectAsync(UseKind.Put);
        await client.MountLayerAsync("layer");
        await client.UnmountLayerAsync("layer");
        await ExpectAsync(UseKind.Mounted);
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "layer" });
        await ExpectAsync(UseKind.BuiltOn);
        await client.FindLayerAsync("layer");
        await ExpectAsync(UseKind.Found);
        await client.CreateContainerAsync(new NewContainer { Id = new ContainerId("container"), Image = "image" });
        await ExpectAsync(UseKind.BuiltOn);
        await Root.AskAsync<LeaseProtocol.AcquireLeaseOk>(
            asker => new LeaseProtocol.AcquireLease(new LayerId("layer"), null, "test", null, asker));
        var last = await ExpectAsync(UseKind.Leased);
        await Root.StopAsync();

        await StartAsync();
        Assert.Equal(last, (await GetAsync(StoreKind.Layers, "layer")).LastUse);

        async Task<LayerUsed> ExpectAsync(UseKind kind)
        {
            var use = (await GetAsync(StoreKind.Layers, "layer")).LastUse!;
            Assert.Equal(kind, use.Kind);
            return use;
        }
    }

    [SkippableFact]
    public async Task Should_store_many_mounts_as_one_event()
    {
        var client = await StartAsync(settings => settings with { UseInterval = TimeSpan.FromMinutes(10) });
        await client.PutLayerAsync(EngineRoot.Empty("layer"));
        for (var i = 0; i < 50; i++)
        {
            await client.MountLayerAsync("layer");
            await client.UnmountLayerAsync("layer");
        }
        Assert.DoesNotContain((7302019, "lu1"), await Root.Database.StoredAsync());

        await GetAsync(StoreKind.Layers, "layer");

        await Eventually.TrueAsync(
            async () => (await Root.Database.StoredAsync()).Contains((7302019, "lu1")), "it is stored");
        Assert.Single(await Root.Database.StoredAsync(), (7302019, "lu1"));
    }

    [SkippableFact]
    public async Task Should_collect_the_least_recently_used_first_after_a_start_too()
    {
        var client = await StartAsync();
        foreach (var layer in (string[])["a", "b", "c"])
            await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), layer));
        await client.MountLayerAsync("a");
        await client.UnmountLayerAsync("a");
        Assert.Equal(["b", "c", "a"], await CollectAsync(client, dryRun: true));
        Assert.Empty(await client.CollectAsync(long.MaxValue, TimeSpan.FromMinutes(1)));
        await GetAsync(StoreKind.Layers, "a");
        await Root.StopAsync();

        client = await StartAsync();
        await GetAsync(StoreKind.Layers, "a");      // answered when all has been read
        Assert.Equal(["b", "c", "a"], await CollectAsync(client, dryRun: true));
        await client.FindLayerAsync("b");
        Assert.Equal(["c", "a", "b"], await CollectAsync(client, dryRun: false));
        Assert.Empty(await client.ListLayersAsync());
    }

    [SkippableFact]
    public async Task Should_forget_what_is_deleted()
    {
        var client = await StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("layer"));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image") });
        Assert.NotNull((await GetAsync(StoreKind.Layers, "layer")).LastUse);
        Assert.NotNull((await GetAsync(StoreKind.Images, "image")).Provenance);

        await client.DeleteLayerAsync("layer");
        await client.DeleteImageAsync("image");

        await Eventually.TrueAsync(async () => await GetAsync(StoreKind.Layers, "layer")
            is { Provenance: null, LastUse: null }, "the layer is forgotten");
        await Eventually.TrueAsync(
            async () => (await GetAsync(StoreKind.Images, "image")).Provenance is null, "and the image");
        await Root.StopAsync();
        await StartAsync();
        await Eventually.TrueAsync(async () => await GetAsync(StoreKind.Layers, "layer")
            is { Provenance: null, LastUse: null }, "after a start too");
    }

    [SkippableFact]
    public async Task Should_store_later_what_was_used_while_the_database_was_away()
    {
        var client = await StartAsync();
        await Root.Database.TakeAwayAsync();
        await client.As("a build").PutLayerAsync(EngineRoot.Empty("layer"));
        await Eventually.TrueAsync(
            async () => (await client.HealthAsync()).State == HealthState.Degraded, "the journal is away");

        await Root.Database.BringBackAsync();
        await Root.HealthyAsync();

        Assert.Equal("a build", (await GetAsync(StoreKind.Layers, "layer")).Provenance?.Client);
        await Root.StopAsync();
        await StartAsync();
        Assert.Equal("a build", (await GetAsync(StoreKind.Layers, "layer")).Provenance?.Client);
    }

    private static async Task<IEnumerable<string>> CollectAsync(StorageClient client, bool dryRun) =>
        (await client.CollectAsync(long.MaxValue, Young, dryRun)).Select(layer => layer.Layer.Value);

    private Task<UseProtocol.GetUseOk> GetAsync(StoreKind store, string id) =>
        Root.AskAsync<UseProtocol.GetUseOk>(asker => new UseProtocol.GetUse(store, id, asker));
}

public sealed class SqliteUseSpec : UseSpec
{
    protected override Task<IJournalDatabase> DatabaseAsync() =>
        Task.FromResult<IJournalDatabase>(new SqliteDatabase());
}

public sealed class PostgresUseSpec(PostgresServer server) : UseSpec, IClassFixture<PostgresServer>
{
    protected override Task<IJournalDatabase> DatabaseAsync() => server.CreateAsync();
}
