// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using ActorStorage.Tests.Space;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using FileLock = ActorStorage.Disk.Unix.FileLock;
using LockMode = ActorStorage.Disk.Unix.LockMode;

namespace ActorStorage.Hosting.Tests.Health;

/// <summary>Whether a layer could be put now.</summary>
public sealed class ReadinessSpec
{
    [SkippableFact]
    public async Task Should_not_be_ready_while_a_Go_process_holds_the_lock_of_the_layers()
    {
        Tool.Require(Tool.GoStable);
        await using var hosted = new HostedRoot();
        await hosted.StartAsync(options => options.Hosting.LockWaitMax = TimeSpan.FromMilliseconds(300));
        Assert.Equal(HealthStatus.Healthy, (await ReadyAsync(hosted)).Status);
        // The older tool unpacks under the lock.
        var archive = LayerArchive.Large(1, 8).Bytes;
        var holding = Tool.GoStable.Start(hosted.Root, "import-layer", "-i", "slow");
        await holding.WriteAsync(archive.AsMemory(0, archive.Length / 2));
        await Eventually.TrueAsync(() => HolderOf(hosted.Root.LayersLock) == holding.ProcessId, "it holds the lock");

        var held = await ReadyAsync(hosted);

        Assert.Equal(HealthStatus.Unhealthy, held.Status);
        Assert.Contains(hosted.Root.LayersLock, held.Description, StringComparison.Ordinal);
        Assert.Contains(
            holding.ProcessId.ToString(CultureInfo.InvariantCulture), held.Description, StringComparison.Ordinal);
        await holding.WriteAsync(archive.AsMemory(archive.Length / 2));
        (await holding.EndAsync()).Succeeded();
        Assert.Equal(HealthStatus.Healthy, (await ReadyAsync(hosted)).Status);
        Assert.Equal("slow", Assert.Single(await hosted.Client.ListLayersAsync()).Id.Value);
    }

    [Theory]
    [InlineData("storage.lock")]
    [InlineData("overlay-layers/layers.lock")]
    [InlineData("overlay-images/images.lock")]
    [InlineData("overlay-containers/containers.lock")]
    public async Task Should_not_be_ready_while_somebody_holds_a_lock(string name)
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync(options => options.Hosting.LockWaitMax = TimeSpan.FromMilliseconds(300));
        await hosted.Client.OpenAsync();
        await using (await LockHolder.TakeAsync(hosted.Root, Path.Combine(hosted.Root.Graph, name)))
        {
            var held = await ReadyAsync(hosted);
            Assert.Equal(HealthStatus.Unhealthy, held.Status);
            Assert.Contains(name, held.Description, StringComparison.Ordinal);
            Assert.Equal(HealthStatus.Healthy, (await hosted.HealthAsync(StorageHosting.LiveTag)).Status);
        }
        Assert.Equal(HealthStatus.Healthy, (await ReadyAsync(hosted)).Status);
    }

    [Fact]
    public async Task Should_be_ready_while_many_layers_are_put()
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync();
        var puts = Enumerable.Range(0, 200)
            .Select(number => hosted.Client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(number), $"layer-{number}")))
            .ToArray();
        do
        {
            Assert.Equal(HealthStatus.Healthy, (await ReadyAsync(hosted)).Status);
        }
        while (!puts.All(put => put.IsCompleted));
        await Task.WhenAll(puts);
    }

    [Fact]
    public async Task Should_not_be_ready_when_less_is_free_than_must_stay_free()
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync(options => options.Space.FreeMin = long.MaxValue / 2);

        var full = await ReadyAsync(hosted);

        Assert.Equal(HealthStatus.Unhealthy, full.Status);
        Assert.StartsWith("NoSpace", full.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_not_be_ready_when_that_is_so_where_the_images_lie()
    {
        const long FileSystemBytes = 16 << 20;
        await using var hosted = new HostedRoot();
        var images = Path.Combine(hosted.Root.Directory, "images");
        await FullFileSystem.MountAsync(hosted.Root, images, FileSystemBytes);
        await hosted.StartAsync(options =>
        {
            options.Space.FreeMin = 2 * FileSystemBytes;
            options.Finish = settings => settings with
            {
                Paths = new StoragePaths(hosted.Root.Graph, hosted.Root.Run) { ImageStore = images },
            };
        });

        var full = await ReadyAsync(hosted);

        Assert.Equal(HealthStatus.Unhealthy, full.Status);
        Assert.Contains($"bytes are free in {images}/overlay", full.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_why_the_root_is_not_open()
    {
        await using var hosted = new HostedRoot();
        await File.WriteAllTextAsync(hosted.Root.Graph, "not a directory");
        await hosted.StartAsync();

        var closed = await ReadyAsync(hosted);

        Assert.Equal(HealthStatus.Unhealthy, closed.Status);
        Assert.Contains(hosted.Root.Graph, closed.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_degraded_while_the_journal_is_away_and_layers_are_put_all_the_same()
    {
        await using var hosted = new HostedRoot();
        // A directory where SQLite's own should be made.
        await File.WriteAllTextAsync($"{hosted.Root.Graph}-journal", "not a directory");
        await hosted.StartAsync(options => options.Journal = new() { RetryMax = TimeSpan.FromMilliseconds(300) });

        await Eventually.TrueAsync(
            async () => (await ReadyAsync(hosted)) is { Status: HealthStatus.Degraded } away
                && away.Description!.Contains("is away since", StringComparison.Ordinal),
            "the journal is missed");
        await hosted.Client.PutLayerAsync(EngineRoot.Empty("layer"));

        File.Delete($"{hosted.Root.Graph}-journal");
        await Eventually.TrueAsync(
            async () => (await ReadyAsync(hosted)).Status == HealthStatus.Healthy, "the journal is there");
    }

    private static Task<HealthReportEntry> ReadyAsync(HostedRoot hosted) =>
        hosted.HealthAsync(StorageHosting.ReadyTag);

    private static int? HolderOf(string path)
    {
        using var seen = FileLock.Open(path, readOnly: true);
        return seen.FindHolder(LockMode.Exclusive)?.Pid;
    }
}
