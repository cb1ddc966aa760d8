// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>A process is killed with SIGKILL while it stages layers; whoever comes next clears up.</summary>
public sealed class KilledSpec
{
    private const int Layers = 8;
    private const int CompleteLayers = 3;

    [SkippableTheory]
    [InlineData("ours")]
    [InlineData("go-newest")]
    [Trait("kind", "slow")]
    public async Task Should_leave_only_whole_layers_when_killed_in_the_middle_of_eight(string nextName)
    {
        var next = Tool.Named(nextName);
        Tool.Require(Tool.Ours, Tool.GoNewest, next);
        await using var root = new StorageRoot();
        var archives = Enumerable.Range(0, Layers).Select(seed => LayerArchive.Large(100 * seed, 16)).ToArray();
        var pipes = new List<string>();
        foreach (var number in Enumerable.Range(0, Layers))
            pipes.Add(await MakePipeAsync(root, string.Create(CultureInfo.InvariantCulture, $"{number}.tar")));

        var importing = Tool.Ours.Start(root, ["import-layers", "-j", "8", .. pipes]);
        // Three archives arrive whole, five arrive by half and then nothing comes any more.
        var feeds = pipes.Zip(archives, (pipe, archive) => (pipe, archive)).Select((feed, number) => FeedAsync(
            feed.pipe, feed.archive.Bytes.AsMemory(0, feed.archive.Bytes.Length / (number < CompleteLayers ? 1 : 2)),
            thenClose: number < CompleteLayers));
        var open = await Task.WhenAll(feeds).WaitAsync(TimeSpan.FromSeconds(120));
        await Eventually.TrueAsync(
            async () => (await LayerList.IdsAsync(Tool.GoNewest, root)).Length == CompleteLayers,
            "the whole archives are layers");
        Assert.Equal(Layers - CompleteLayers, root.LayersBeingStaged());
        await importing.KillAsync();
        foreach (var pipe in open) pipe?.Dispose();

        await next.MustAsync(root, "layers");

        Assert.Empty(root.Leftovers());
        Assert.Equal(CompleteLayers, (await LayerList.IdsAsync(next, root)).Length);
        await LayerList.EveryLayerIsWholeAsync(next, root);
        await LayerList.CleanAsync(root);
        await next.MustAsync(root, "import-layer", "-i", "after", "-f", archives[0].SaveAs(root.File("after.tar")));
        await LayerList.CleanAsync(root);
    }

    [SkippableTheory]
    [InlineData("go-newest", "ours")]
    [InlineData("ours", "go-newest")]
    [InlineData("ours", "ours")]
    [InlineData("go-newest", "go-newest")]
    public async Task Should_clear_up_when_another_process_was_killed(string killedName, string nextName)
    {
        var (killed, next) = (Tool.Named(killedName), Tool.Named(nextName));
        Tool.Require(killed, next, Tool.GoNewest);
        await using var root = new StorageRoot();
        var archive = LayerArchive.Large(5, 16);
        var importing = killed.Start(root, "import-layer", "-i", "never");
        await importing.WriteAsync(archive.Bytes.AsMemory(0, archive.Bytes.Length / 2));
        Assert.NotEmpty(root.Leftovers());
        // Its own lock files keep the next process from taking what is still in work.
        var before = root.Leftovers();
        await next.MustAsync(root, "layers");
        Assert.Equal(before.Order(StringComparer.Ordinal), root.Leftovers().Order(StringComparer.Ordinal));

        await importing.KillAsync();
        await next.MustAsync(root, "layers");

        Assert.Empty(root.Leftovers());
        Assert.Empty(await LayerList.IdsAsync(next, root));
        Assert.Empty(root.LayerDirectories());
        Assert.DoesNotContain(root.LayerFiles(), name => name.Contains("never", StringComparison.Ordinal));
    }

    private static async Task<string> MakePipeAsync(StorageRoot root, string name)
    {
        var path = root.File(name);
        (await Command.RunAsync("mkfifo", path)).Succeeded();
        return path;
    }

    /// <summary>Returns when the reader has taken all but the last 64 KiB, with the pipe if it stays open.</summary>
    private static Task<FileStream?> FeedAsync(string path, ReadOnlyMemory<byte> bytes, bool thenClose) =>
        Task.Factory.StartNew(
            () =>
            {
                // Opening waits for the reader, so every pipe has a thread of its own.
                var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                pipe.Write(bytes.Span);
                if (!thenClose) return pipe;
                pipe.Dispose();
                return null;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
