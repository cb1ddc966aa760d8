// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Space;

/// <summary>Sizes of layers from one start to the next.</summary>
public sealed class SavedSizesSpec : IAsyncLifetime
{
    private const int More = 1 << 20;
    private readonly EngineRoot _engine = new();

    private string SizesFile => Path.Combine(_engine.Root.Graph, SavedSizes.Name);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    public async Task Should_remember_sizes_and_measure_again_what_was_mounted_or_made_anew()
    {
        Tool.Require(Tool.GoNewest);
        await PutAsync("kept", "mounted", "anew");
        var before = await SizesAsync();
        Assert.True(File.Exists(SizesFile));
        // Nobody writes into a layer like this: it shows that nobody has looked.
        Grow("kept");
        await Tool.GoNewest.MustAsync(_engine.Root, "mount", "mounted");
        Grow("mounted");
        await Tool.GoNewest.MustAsync(_engine.Root, "unmount", "mounted");
        await Tool.GoNewest.MustAsync(_engine.Root, "delete-layer", "anew");
        await Tool.GoNewest.MustAsync(_engine.Root, "create-layer", "-i", "anew");

        var after = await SizesAsync();

        Assert.Equal(before["kept"], after["kept"]);
        Assert.InRange(after["mounted"] - before["mounted"], More, More + 10_000);
        Assert.InRange(after["anew"], 1, 100_000);
        await Tool.GoNewest.MustAsync(_engine.Root, "gc");
        Assert.True(File.Exists(SizesFile));
    }

    [SkippableFact]
    public async Task Should_measure_again_when_an_archive_was_applied_to_the_layer()
    {
        Tool.Require(Tool.GoNewest);
        await PutAsync("one");
        var before = await SizesAsync();
        var archive = LayerArchive.Large(9, megabytes: 4).SaveAs(_engine.Root.File("more.tar"));
        await Tool.GoNewest.MustAsync(_engine.Root, "applydiff", "-f", archive, "one");

        var after = await SizesAsync();

        Assert.InRange(after["one"] - before["one"], 4 << 20, (4 << 20) + 100_000);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("empty")]
    [InlineData("other")]
    public async Task Should_measure_all_when_the_file_is_not_as_it_was_written(string damage)
    {
        await PutAsync("one", "two");
        var before = await SizesAsync();
        var bytes = await File.ReadAllBytesAsync(SizesFile);
        await File.WriteAllBytesAsync(SizesFile, damage switch
        {
            "cut" => bytes[..(bytes.Length / 2)],
            "changed" => [.. bytes[..40], (byte)(bytes[40] ^ 1), .. bytes[41..]],
            "empty" => [],
            _ => "something else\n"u8.ToArray(),
        });
        Grow("one");

        var after = await SizesAsync();

        Assert.InRange(after["one"] - before["one"], More, More + 10_000);
        Assert.Equal(before["two"], after["two"]);
    }

    [Fact]
    public async Task Should_measure_what_was_written_between_the_last_question_and_the_unmount()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Empty("work"));
        var path = await client.MountLayerAsync("work");
        var before = (await client.DiskUseAsync()).Use.LayersBytes;
        await File.WriteAllBytesAsync(Path.Combine(path, "new"), new byte[More]);
        await client.UnmountLayerAsync("work");

        Assert.InRange((await client.DiskUseAsync()).Use.LayersBytes - before, More, More + 10_000);
    }

    private async Task PutAsync(params string[] layers)
    {
        var client = await _engine.StartAsync();
        foreach (var layer in layers)
            await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(layer.Length), layer));
        await _engine.StopAsync();
    }

    /// <summary>What another engine says.</summary>
    private async Task<IReadOnlyDictionary<string, long>> SizesAsync()
    {
        var use = (await (await _engine.StartAsync()).DiskUseAsync()).Use;
        await _engine.StopAsync();
        return use.Layers.ToDictionary(each => each.Key.Value, each => each.Value);
    }

    private void Grow(string layer) =>
        File.WriteAllBytes(Path.Combine(_engine.Root.DiffOf(layer), "more"), new byte[More]);
}
