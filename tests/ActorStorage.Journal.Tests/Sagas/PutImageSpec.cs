// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal.Leases;
using ActorStorage.Journal.Sagas;
using ActorStorage.Journal.Tests.Databases;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using ActorStorage.Tests.Staging;

namespace ActorStorage.Journal.Tests.Sagas;

/// <summary>What every database must do for images that are put as a whole.</summary>
public abstract class PutImageSpec : JournalSpec
{
    protected static readonly byte[] Broken = [.. LayerArchive.Small(3).Bytes[..700]];

    [SkippableFact]
    public async Task Should_put_the_layers_and_then_the_image()
    {
        var client = await StartAsync();

        var put = await PutAsync("key", "image", Layer(1), Layer(2), Layer(3));

        Assert.Equal(("image", false), (put.Image.Value, put.Again));
        var image = await client.GetImageAsync("image");
        Assert.Equal("layer-3", image.TopLayer!.Value.Value);
        Assert.Equal("layer-2", (await client.GetLayerAsync("layer-3")).Parent!.Value.Value);
        Assert.Null((await client.GetLayerAsync("layer-1")).Parent);
        Assert.Empty(await ListLeasesAsync());
    }

    [SkippableFact]
    public async Task Should_tell_the_first_outcome_to_who_asks_again()
    {
        var client = await StartAsync();
        await PutAsync("key", "image", Layer(1));
        await client.DeleteImageAsync("image");
        var bad = await RefusedAsync("bad", "other", Layer(2, Broken));

        Assert.True((await PutAsync("key", "image", Layer(1))).Again);
        Assert.Empty(await client.ListImagesAsync());
        Assert.Equal(bad.Message, (await RefusedAsync("bad", "other", Layer(2))).Message);
        Assert.Equal(StorageErrorKind.Invalid, (await RefusedAsync("key", "yet-another", Layer(1))).Kind);
        await Root.StopAsync();

        await StartAsync();
        Assert.True((await PutAsync("key", "image", Layer(1))).Again);
        Assert.Equal(bad.Kind, (await RefusedAsync("bad", "other", Layer(2))).Kind);
    }

    [SkippableFact]
    public async Task Should_keep_finished_layers_for_the_next_try_when_an_image_fails()
    {
        var client = await StartAsync();
        await RefusedAsync("first", "image", Layer(1), Layer(2), Layer(3, Broken));
        await Eventually.TrueAsync(async () => (await ListLeasesAsync()).Count == 1, "what was finished is leased");
        Assert.Equal("layer-2", (await ListLeasesAsync())[0].Layer.Value);
        Assert.Empty(await client.ListImagesAsync());
        var refused = await Assert.ThrowsAsync<StorageException>(() => client.DeleteLayerAsync("layer-2"));
        // By the lease, or by its record, if that is there by now.
        Assert.Contains(
            refused.Kind, (StorageErrorKind[])[StorageErrorKind.InUse, StorageErrorKind.HasChildren]);

        // Whoever unpacked them again would find no archive.
        await PutAsync("second", "image", Layer(1, Broken), Layer(2, Broken), Layer(3));
        Assert.Equal("layer-3", (await client.GetImageAsync("image")).TopLayer!.Value.Value);
    }

    [SkippableFact]
    public async Task Should_undo_what_nobody_asked_for_again()
    {
        var client = await StartAsync(settings => settings with
        {
            SagaLayersKept = TimeSpan.FromMilliseconds(300),
            LeaseSweepInterval = TimeSpan.FromMilliseconds(100),
        });
        await client.PutLayerAsync(Layer(1));

        await RefusedAsync("first", "image", Layer(1), Layer(2), Layer(3, Broken));

        await Eventually.TrueAsync(async () => (await client.ListLayersAsync()).Count == 1, "it is undone");
        Assert.Equal("layer-1", (await client.ListLayersAsync())[0].Id.Value);
    }

    [SkippableFact]
    public async Task Should_finish_with_the_same_key_what_was_interrupted()
    {
        await StartAsync();
        var gate = new GatedBlob(LayerArchive.Small(2).Bytes);
        var interrupted = PutAsync("key", "image", Layer(1), gate.Put("layer-2"));
        await gate.Reached;
        await Eventually.TrueAsync(async () => await Root.Client.FindLayerAsync("layer-1") is not null, "one is there");
        var stopping = Root.StopAsync();
        gate.Open();
        await stopping;
        await Assert.ThrowsAnyAsync<Exception>(() => interrupted);

        var client = await StartAsync();
        await Eventually.TrueAsync(async () => (await ListLeasesAsync()).Count == 1, "what was finished is leased");
        Assert.Empty(await client.ListImagesAsync());

        Assert.False((await PutAsync("key", "image", Layer(1, Broken), Layer(2))).Again);
        Assert.Equal("layer-2", (await client.GetImageAsync("image")).TopLayer!.Value.Value);
        await Eventually.TrueAsync(async () => (await ListLeasesAsync()).Count == 0, "nothing is leased any more");
    }

    [SkippableFact]
    public async Task Should_put_once_what_is_asked_for_twice_at_a_time()
    {
        await StartAsync();
        var both = await Task.WhenAll(
            PutAsync("key", "image", Layer(1), Layer(2)), PutAsync("key", "image", Layer(1), Layer(2)));
        Assert.All(both, put => Assert.Equal("image", put.Image.Value));
    }

    [SkippableFact]
    public async Task Should_finish_with_the_same_key_what_a_killed_process_began()
    {
        await KillInTheMiddleAsync();

        var client = await StartAsync();
        Assert.Equal(["layer-1"], (await client.ListLayersAsync()).Take(1).Select(layer => layer.Id.Value));
        Assert.Empty(await client.ListImagesAsync());
        await Eventually.TrueAsync(async () => (await ListLeasesAsync()).Count == 1, "what was finished is leased");

        Assert.False((await PutAsync(TestProgram.Key, "image", Layer(1, Broken), Layer(2))).Again);
        Assert.Equal("layer-2", (await client.GetImageAsync("image")).TopLayer!.Value.Value);
        await Eventually.TrueAsync(() => Root.Root.LayerDirectories().Length == 2, "the lease's record is gone too");
    }

    [SkippableFact]
    public async Task Should_undo_what_a_killed_process_began_when_nobody_asks_again()
    {
        await KillInTheMiddleAsync();

        var client = await StartAsync(KeepFor(TimeSpan.FromMilliseconds(500)));

        await Eventually.TrueAsync(
            async () => (await client.ListLayersAsync()).Count == 0, "the layer and its lease's record are gone");
        Assert.Empty(await ListLeasesAsync());
        await Eventually.TrueAsync(() => Root.Root.LayerDirectories().Length == 0, "their files are gone too");
    }

    [SkippableFact]
    public async Task Should_keep_what_another_image_shares_until_the_time_of_both_is_up()
    {
        var client = await StartAsync(KeepFor(TimeSpan.FromSeconds(2)));
        var gate = new GatedBlob(Broken);
        await RefusedAsync("first", "one", Layer(1), Layer(2, Broken));
        // The layer is not missing for the second one: only the first can undo it.
        var second = RefusedAsync("second", "two", Layer(1), gate.Put("layer-3"));
        await gate.Reached;
        await RefusedAsync("other", "three", Layer(4), Layer(5, Broken));

        await Eventually.TrueAsync(
            async () => !(await LayersAsync(client)).Contains("layer-4"), "the time of the others is up");
        Assert.Equal(["layer-1"], await LayersAsync(client));
        gate.Open();
        await second;
        await Eventually.TrueAsync(async () => (await ListLeasesAsync()).Count == 1, "the second one is leased");
        Assert.Equal(["layer-1"], await LayersAsync(client));

        await Eventually.TrueAsync(async () => (await client.ListLayersAsync()).Count == 0, "both are undone");
        Assert.Empty(await ListLeasesAsync());
    }

    [SkippableFact]
    public async Task Should_keep_what_a_failed_image_shares_with_one_that_succeeds()
    {
        var client = await StartAsync(KeepFor(TimeSpan.FromMilliseconds(500)));
        var gate = new GatedBlob(LayerArchive.Small(2).Bytes);
        await RefusedAsync("failed", "one", Layer(1), Layer(3, Broken));
        var running = PutAsync("running", "two", Layer(1), gate.Put("layer-2"));
        await gate.Reached;
        await RefusedAsync("other", "three", Layer(4), Layer(5, Broken));
        await Eventually.TrueAsync(
            async () => !(await LayersAsync(client)).Contains("layer-4"), "the time of the failed ones is up");
        gate.Open();
        await running;
        await RefusedAsync("last", "four", Layer(6), Layer(7, Broken));
        await Eventually.TrueAsync(
            async () => !(await LayersAsync(client)).Contains("layer-6"), "there was time to undo the first one");

        Assert.Equal(["layer-1", "layer-2"], await LayersAsync(client));
        Assert.Equal("layer-2", (await client.GetImageAsync("two")).TopLayer!.Value.Value);
    }

    [SkippableFact]
    public async Task Should_lease_every_finished_layer_also_when_they_are_no_chain()
    {
        var client = await StartAsync();
        await client.PutLayerAsync(Layer(3));

        await RefusedAsync("key", "image", Layer(1), Layer(2, Broken), Layer(3));

        await Eventually.TrueAsync(async () => (await ListLeasesAsync()).Count == 2, "both are leased");
        Assert.Equal(
            ["layer-1", "layer-3"], (await ListLeasesAsync()).Select(lease => lease.Layer.Value).Order());
    }

    [SkippableFact]
    public async Task Should_leave_to_others_what_they_have_asked_for_since()
    {
        var client = await StartAsync(KeepFor(TimeSpan.FromMilliseconds(500)));
        await RefusedAsync("key", "image", Layer(1), Layer(2), Layer(3, Broken));
        await client.FindLayerAsync("layer-1");

        await Eventually.TrueAsync(async () => (await client.ListLayersAsync()).Count == 1, "the other one is undone");

        Assert.Equal(["layer-1"], await LayersAsync(client));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("other"), TopLayer = "layer-1" });
    }

    [SkippableFact]
    public async Task Should_store_many_requests_at_once()
    {
        var client = await StartAsync();
        await client.PutLayerAsync(Layer(1));
        var puts = Enumerable.Range(0, 200).Select(i => PutAsync($"key-{i}", $"image-{i}", Layer(1))).ToList();

        await Task.WhenAll(puts);

        Assert.Equal(200, (await client.ListImagesAsync()).Count);
        var rows = await Root.Database.StoredAsync();
        Assert.Equal(200, rows.Count(row => row.Manifest == "sb1"));
        Assert.Equal(200, rows.Count(row => row.Manifest == "se1"));
    }

    /// <summary>A process that has put the first of two layers.</summary>
    private async Task KillInTheMiddleAsync()
    {
        await StartAsync();
        await Root.StopAsync();
        var killed = TestProgram.StartPutting(Root.Root, Root.Database.Configuration);
        await killed.WriteAsync(LayerArchive.Small(2).Bytes.AsMemory(0, 1000));
        var index = Path.Combine(Root.Root.Graph, "overlay-layers", "layers.json");
        await Eventually.TrueAsync(
            () => File.Exists(index) && File.ReadAllText(index).Contains("layer-1", StringComparison.Ordinal),
            "the first layer is in the index");
        await killed.KillAsync();
    }

    private static Func<JournalSettings, JournalSettings> KeepFor(TimeSpan time) => settings => settings with
    {
        SagaLayersKept = time,
        LeaseSweepInterval = TimeSpan.FromMilliseconds(100),
    };

    private static async Task<IEnumerable<string>> LayersAsync(StorageClient client) =>
        (await client.ListLayersAsync()).Where(layer => !LeaseRecord.Is(layer)).Select(layer => layer.Id.Value);

    private protected static PutLayer Layer(int number, byte[]? blob = null) =>
        EngineRoot.Of(blob ?? LayerArchive.Small(number).Bytes, $"layer-{number}");

    private protected Task<SagaProtocol.PutImageOk> PutAsync(string key, string image, params PutLayer[] layers) =>
        Root.AskAsync<SagaProtocol.PutImageOk>(asker => new SagaProtocol.PutImage(
            key, new NewImage { Id = new ImageId(image) }, layers, asker, CancellationToken.None));

    private async Task<StorageError> RefusedAsync(string key, string image, params PutLayer[] layers) =>
        (await Assert.ThrowsAsync<StorageException>(() => PutAsync(key, image, layers))).Error;

    private protected async Task<IReadOnlyList<Lease>> ListLeasesAsync() =>
        (await Root.AskAsync<LeaseProtocol.ListLeasesOk>(asker => new LeaseProtocol.ListLeases(asker))).Leases;
}

public sealed class SqlitePutImageSpec : PutImageSpec
{
    protected override Task<IJournalDatabase> DatabaseAsync() =>
        Task.FromResult<IJournalDatabase>(new SqliteDatabase());
}

public sealed class PostgresPutImageSpec(PostgresServer server) : PutImageSpec, IClassFixture<PostgresServer>
{
    protected override Task<IJournalDatabase> DatabaseAsync() => server.CreateAsync();
}
