// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Layers;

/// <summary>What an engine finds that starts after another one was killed in the middle of a commit.</summary>
public sealed class LayerRecoverySpec : IAsyncLifetime
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private readonly EngineRoot _engine = new();

    private StorageRoot Root => _engine.Root;

    public async Task InitializeAsync()
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "whole"));
        await _engine.StopAsync();
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    public async Task Should_remove_a_tree_that_was_renamed_but_never_recorded()
    {
        // As it is between the renames and the rename of the index.
        await DuplicateAsync("whole", "orphan", isMarked: true);

        var client = await _engine.StartAsync();

        Assert.Equal(["whole"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "orphan"));
        await _engine.StopAsync();
        Assert.Equal(["orphan", "whole"], Root.LayerDirectories());
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.Combine(Root.Overlay, "l")).Length);
        await LayerList.CleanAsync(Root);
    }

    [Fact]
    public async Task Should_leave_a_directory_alone_that_it_cannot_know()
    {
        await DuplicateAsync("whole", "foreign", isMarked: false);

        await _engine.StartAsync();
        await _engine.StopAsync();

        Assert.Equal(["foreign", "whole"], Root.LayerDirectories());
    }

    [Fact]
    public async Task Should_keep_a_recorded_layer_whose_mark_was_not_removed()
    {
        var mark = Path.Combine(Root.Overlay, "whole", "uncommitted");
        await File.WriteAllTextAsync(mark, "");

        var client = await _engine.StartAsync();

        Assert.False(File.Exists(mark));
        Assert.Single(await client.ListLayersAsync());
        Assert.True(Directory.Exists(Root.DiffOf("whole")));
    }

    [SkippableFact]
    public async Task Should_make_room_for_a_layer_whose_directory_somebody_left()
    {
        await DuplicateAsync("whole", "again", isMarked: false);

        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(3), "again"));

        await _engine.StopAsync();
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, Root);
        Assert.Empty(Root.Leftovers());
    }

    [Fact]
    public async Task Should_open_a_root_whose_trash_cannot_be_removed()
    {
        var stale = Path.Combine(Root.Overlay, "tempdirs", "temp-dir-1");
        Directory.CreateDirectory(Path.Combine(stale, "0-whole"));
        var disk = new FaultyDisk
        {
            BeforeEffect = effect =>
            {
                if (effect is { Kind: EffectKind.RemoveDirectory } && effect.Path.EndsWith("0-whole", Ordinal))
                    throw new StorageException(StorageErrorKind.Io, "the medium is damaged");
            },
        };

        var client = await _engine.StartAsync(disk: disk);
        Assert.Single(await client.ListLayersAsync());
        await _engine.StopAsync();
        Assert.True(Directory.Exists(stale));

        await _engine.StartAsync();
        await _engine.StopAsync();
        Assert.Empty(Root.Leftovers());
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_finish_a_deletion_that_somebody_began(bool isMounted)
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(4), "doomed", "whole"));
        if (isMounted) await client.MountLayerAsync("doomed");
        var json = Path.Combine(Root.Graph, "overlay-layers", "layers.json");
        var text = await File.ReadAllTextAsync(json);
        // The lock file's token stays as it was: only the document's time tells.
        const string Id = "\"id\":\"doomed\"";
        text = text.Replace(Id, $"\"flags\":{{\"incomplete\":true}},{Id}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(json, text);

        Assert.Equal(["whole"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value));
        await _engine.StopAsync();
        Assert.Equal(["whole"], Root.LayerDirectories());
        await LayerList.CleanAsync(Root);
    }

    private async Task DuplicateAsync(string from, string to, bool isMarked)
    {
        var copy = Path.Combine(Root.Overlay, to);
        (await Command.RunAsync("cp", "-a", Path.Combine(Root.Overlay, from), copy)).Succeeded();
        var link = new string('A', 26);
        File.CreateSymbolicLink(Path.Combine(Root.Overlay, "l", link), $"../{to}/diff");
        await File.WriteAllTextAsync(Path.Combine(copy, "link"), link);
        if (isMarked) await File.WriteAllTextAsync(Path.Combine(copy, "uncommitted"), "");
    }
}
