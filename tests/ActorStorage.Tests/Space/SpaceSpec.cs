// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Staging;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Space;

/// <summary>Room: what is refused because there is none, what is taken, what holds it, what can be made.</summary>
public sealed class SpaceSpec : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly Rooms Hundred = new(new Room("/", () => 100), ImageStore: null);
    private readonly EngineRoot _engine = new();
    private readonly FaultyDisk _disk = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_refuse_a_layer_that_would_cross_the_floor_before_its_blob_is_opened()
    {
        var client = await _engine.StartAsync(_engine.Settings with { FreeBytesMin = 1_000_000 }, _disk);
        _disk.Free = 1_000_000 + 99;
        var isOpened = false;
        var blob = new LayerBlob("blob", () => throw new IOException($"{isOpened = true}"), SizeBytes: 100);

        await AssertNoSpaceAsync(client.PutLayerAsync(new PutLayer(new NewLayer { Id = new LayerId("one") }, blob)));

        Assert.False(isOpened);
        _disk.Free = null;
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one"));
    }

    [Fact]
    public async Task Should_keep_what_is_reserved_for_the_one_who_has_reserved_it()
    {
        var archive = LayerArchive.Small(1);
        var client = await _engine.StartAsync(_engine.Settings, _disk);
        _disk.Free = archive.Bytes.Length + 100;
        var kept = await client.ReserveAsync(archive.Bytes.Length + 50, Hour);

        await AssertNoSpaceAsync(client.ReserveAsync(51, Hour));
        await AssertNoSpaceAsync(client.PutLayerAsync(EngineRoot.Of(archive, "one")));
        Assert.Equal(archive.Bytes.Length + 50, (await client.DiskUseAsync()).ReservedBytes);
        await client.PutLayerAsync(EngineRoot.Of(archive, "one") with { Reservation = kept });
        // It went with the layer.
        Assert.Equal(0, (await client.DiskUseAsync()).ReservedBytes);
        var gone = await Assert.ThrowsAsync<StorageException>(() => client.ReleaseAsync(kept));
        Assert.Equal(StorageErrorKind.NotFound, gone.Kind);
        await client.ReleaseAsync(await client.ReserveAsync(100, Hour));
        await client.ReserveAsync(100, Hour);
    }

    [Fact]
    public async Task Should_grant_no_more_than_the_ceiling_when_many_reserve_at_once()
    {
        const int Askers = 64, Fit = 16;
        var client = await _engine.StartAsync(_engine.Settings with { UseBytesMax = (Fit << 20) + 100 });

        var asked = Enumerable.Range(0, Askers).Select(_ => Task.Run(() => client.ReserveAsync(1 << 20, Hour)));
        var granted = await Task.WhenAll(asked.Select(async reserve =>
        {
            try
            {
                return (ReservationId?)await reserve;
            }
            catch (StorageException refused) when (refused.Kind == StorageErrorKind.NoSpace)
            {
                return null;
            }
        }));

        var kept = granted.OfType<ReservationId>().ToArray();
        Assert.Equal(Fit, kept.Distinct().Count());
        Assert.Equal(Fit << 20, (await client.DiskUseAsync()).ReservedBytes);
        await AssertNoSpaceAsync(client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "without")));
        var archive = Archive(files: 1, bytes: 500_000);
        await Task.WhenAll(kept.Select((id, number) => client.PutLayerAsync(
            EngineRoot.Of(archive, $"layer-{number}") with { Reservation = id })));
        Assert.Equal(0, (await client.DiskUseAsync()).ReservedBytes);
        Assert.Equal(Fit, (await client.ListLayersAsync()).Count);
    }

    [Fact]
    public void Should_forget_a_reservation_whose_time_is_over()
    {
        var ledger = new SpaceLedger(_engine.Settings, Hundred, () => 0);
        ledger.Reserve(100, DateTimeOffset.UtcNow - Hour);
        Assert.Equal(0, ledger.ReservedBytes);
        ledger.Reserve(100, DateTimeOffset.UtcNow + Hour);
        Assert.Throws<StorageException>(() => ledger.Reserve(1, DateTimeOffset.UtcNow + Hour));
    }

    [Fact]
    public void Should_refuse_a_reservation_when_too_many_stand_and_let_the_others_grow()
    {
        var ledger = new SpaceLedger(_engine.Settings with { StagingQueueMax = 2 }, Hundred, () => 0);
        var until = DateTimeOffset.UtcNow + Hour;
        var first = ledger.Reserve(10, until);
        var second = ledger.Reserve(10, until);

        var refused = Assert.Throws<StorageException>(() => ledger.Reserve(10, until));

        Assert.Equal(StorageErrorKind.Busy, refused.Kind);
        Assert.Equal(20, ledger.ReservedBytes);
        ledger.Reserve(20, until, instead: second);
        Assert.Equal(30, ledger.ReservedBytes);
        Assert.True(ledger.Release(first));
        ledger.Reserve(10, until);
    }

    [Fact]
    public async Task Should_refuse_a_layer_above_the_ceiling_and_count_what_is_there()
    {
        const int Max = 3 << 20;
        var client = await _engine.StartAsync(_engine.Settings with { UseBytesMax = Max });
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 1, bytes: 2 << 20), "one"));

        await AssertNoSpaceAsync(client.PutLayerAsync(EngineRoot.Of(Archive(files: 1, bytes: 2 << 20), "two")));

        await client.DeleteLayerAsync("one");
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 1, bytes: 2 << 20), "two"));
    }

    [Fact]
    public async Task Should_report_within_one_percent_what_layers_take_up_and_orphans_too()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 500, bytes: 5000), "many"));
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 3, bytes: 1 << 20), "few", "many"));
        var orphan = new string('a', 64);
        var directory = Path.Combine(_engine.Root.Overlay, orphan, "diff");
        Directory.CreateDirectory(directory);
        await File.WriteAllBytesAsync(Path.Combine(directory, "file"), new byte[1 << 20]);

        var known = (await client.DiskUseAsync()).Use;
        await _engine.StopAsync();
        var measured = (await (await _engine.StartAsync()).DiskUseAsync()).Use;

        foreach (var use in (LayerDiskUse[])[known, measured])
        {
            Assert.Equal(["few", "many"], use.Layers.Keys.Select(layer => layer.Value).Order());
            foreach (var (layer, bytes) in use.Layers) await AssertCloseAsync(layer.Value, bytes);
            Assert.Equal(orphan, Assert.Single(use.Orphans).Key.Value);
            await AssertCloseAsync(orphan, use.OrphansBytes);
        }
    }

    [Fact]
    public async Task Should_measure_again_what_is_written_to_and_leave_out_what_is_mounted()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 3, bytes: 1 << 20), "base"));
        await client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("work"), Parent = "base", Writeable = true }));
        var path = await client.MountLayerAsync("work");
        var before = (await client.DiskUseAsync()).Use.Layers[new LayerId("work")];

        await File.WriteAllBytesAsync(Path.Combine(path, "new"), new byte[1 << 20]);

        var after = (await client.DiskUseAsync()).Use.Layers[new LayerId("work")];
        Assert.InRange(before, 0, 100_000);
        Assert.InRange(after - before, 1 << 20, (1 << 20) + 100_000);
        await client.UnmountLayerAsync("work");
    }

    [Fact]
    public async Task Should_name_everything_that_holds_a_layer()
    {
        var client = await _engine.StartAsync(_engine.Settings with
        {
            LayerUse = new LayerUse(layer => layer.Value == "base" ? "a build" : null, _ => null),
        });
        await client.PutLayerAsync(EngineRoot.Empty("base", null, "called"));
        await client.PutLayerAsync(EngineRoot.Empty("child", "base"));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "base" });
        await client.CreateContainerAsync(new NewContainer { Id = new ContainerId("container"), Image = "image" });
        var own = (await client.GetContainerAsync("container")).Layer!.Value.Value;
        var path = await client.MountAsync("container");

        Assert.Equal(
            new HashSet<LayerHolder>
            {
                new(LayerHolderKind.Layer, "child"), new(LayerHolderKind.Layer, own),
                new(LayerHolderKind.Image, "image"), new(LayerHolderKind.Lease, "a build"),
            },
            [.. await client.ExplainLayerAsync("called")]);
        Assert.Equal(
            new HashSet<LayerHolder> { new(LayerHolderKind.Container, "container"), new(LayerHolderKind.Mount, path) },
            [.. await client.ExplainLayerAsync(own)]);
        Assert.Empty(await client.ExplainLayerAsync("chi"));
        var unknown = await Assert.ThrowsAsync<StorageException>(() => client.ExplainLayerAsync("nothing"));
        Assert.Equal(StorageErrorKind.NotFound, unknown.Kind);
        await client.UnmountAsync("container");
    }

    [Fact]
    public async Task Should_collect_what_nothing_holds_the_least_recently_used_first_and_no_more_than_wanted()
    {
        string[] free = ["third", "first", "leased", "second"];
        string[] byUse = ["first", "leased", "second", "third"];
        var now = DateTimeOffset.UtcNow;
        var client = await _engine.StartAsync(_engine.Settings with
        {
            LayerUse = new LayerUse(
                layer => layer.Value == "leased" ? "somebody" : null,
                layer => now - TimeSpan.FromDays(10 - Array.IndexOf(byUse, layer.Value))),
        });
        foreach (var layer in free)
            await client.PutLayerAsync(EngineRoot.Of(Archive(files: 1, bytes: 1 << 20), layer));
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 1, bytes: 1 << 20), "below"));
        await client.PutLayerAsync(EngineRoot.Of(Archive(files: 1, bytes: 1 << 20), "top", "below"));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "top" });

        var wanted = 3 << 19;       // one is not enough
        var dry = await client.CollectAsync(wanted, dryRun: true);
        Assert.Equal(["first", "second"], dry.Select(layer => layer.Layer.Value));
        Assert.Equal(6, (await client.ListLayersAsync()).Count);
        var gone = await client.CollectAsync(wanted);
        Assert.Equal(dry, gone);
        Assert.Equal(["below", "leased", "third", "top"], await IdsAsync(client));

        // All there is: what is held stays.
        Assert.Equal(["third"], (await client.CollectAsync(long.MaxValue)).Select(layer => layer.Layer.Value));
        await client.DeleteImageAsync("image");
        Assert.Equal(["leased"], await IdsAsync(client));
        Assert.Empty(await client.CollectAsync(long.MaxValue));
    }

    [Fact]
    public async Task Should_collect_children_before_their_parents_and_nothing_that_is_young_or_mounted()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        await client.PutLayerAsync(EngineRoot.Empty("two", "one"));
        await client.PutLayerAsync(EngineRoot.Empty("mounted"));
        await client.MountLayerAsync("mounted");

        Assert.Empty(await client.CollectAsync(long.MaxValue));
        var gone = await client.CollectAsync(long.MaxValue, unusedFor: TimeSpan.FromSeconds(-1));

        Assert.Equal(["two", "one"], gone.Select(layer => layer.Layer.Value));
        Assert.Equal(["mounted"], await IdsAsync(client));
        await client.UnmountLayerAsync("mounted");
    }

    private static byte[] Archive(int files, int bytes)
    {
        var random = new Random(files);
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            for (var i = 0; i < files; i++)
            {
                if (i % 10 == 0) tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, $"directory-{i / 10}"));
                var content = new byte[bytes];
                random.NextBytes(content);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"directory-{i / 10}/file-{i}")
                {
                    DataStream = new MemoryStream(content),
                });
            }
        }
        return archive.ToArray();
    }

    private async Task AssertCloseAsync(string layer, long bytes)
    {
        string[] paths =
        [
            Path.Combine(_engine.Root.Overlay, layer),
            Path.Combine(_engine.Root.Graph, "overlay-layers", $"{layer}.tar-split.gz"),
        ];
        var du = await Command.RunAsync(
            "du", ["--summarize", "--one-file-system", "--block-size=1", "--total", .. paths.Where(Path.Exists)]);
        var real = long.Parse(
            du.Succeeded().Lines[^1].Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture);
        Assert.True(Math.Abs(bytes - real) <= real / 100, $"{layer}: {bytes} said, {real} are there");
    }

    private static async Task<IEnumerable<string>> IdsAsync(StorageClient client) =>
        (await client.ListLayersAsync()).Select(layer => layer.Id.Value).Order();

    private static async Task AssertNoSpaceAsync(Task request)
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => request);
        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        Assert.True(refused.Error.CanRetry);
    }
}
