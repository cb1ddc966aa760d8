// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Rules;

/// <summary>What README shows under "In your service" is compiled, runs, and is what stands here.</summary>
public sealed class ReadmeSampleSpec
{
    private const string Begin = "// The sample begins.";
    private const string End = "// The sample ends.";

    [Fact]
    public async Task Should_leave_a_layer_and_an_image_when_the_sample_has_run()
    {
        await using var root = new StorageRoot();
        var paths = new StoragePaths(root.Graph, root.Run);
        await RunAsync(paths, LayerArchive.Small(1).Gzip().SaveAs(root.File("layer.tar.gz")));

        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(paths));
        var all = await engine.Client.ListAllAsync();
        Assert.Equal("base", Assert.Single(Assert.Single(all.Records.Layers, layer => layer.Names.Any()).Names));
        Assert.Equal("image", Assert.Single(Assert.Single(all.Records.Images).Names));
        Assert.Empty(all.Records.Containers);
    }

    [Fact]
    public void Should_show_in_the_readme_what_stands_here()
    {
        const string self = "tests/ActorStorage.Tests/Rules/ReadmeSampleSpec.cs";
        var here = File.ReadAllLines(Path.Combine(SourceTree.Root, self))
            .Select(line => line.Trim()).SkipWhile(line => line != Begin).Skip(1).TakeWhile(line => line != End);
        var shown = File.ReadAllLines(Path.Combine(SourceTree.Root, "README.md"))
            .SkipWhile(line => line != "```csharp").TakeWhile(line => line != "```")
            .SkipWhile(line => !line.StartsWith("var settings", StringComparison.Ordinal)).Select(line => line.Trim());
        Assert.Equal(here, shown);
    }

    private static async Task RunAsync(StoragePaths paths, string archive)
    {
        // The sample begins.
        var settings = StorageSettings.From(paths);
        await using var engine = await StorageEngine.StartAsync(settings);      // recovers what killed processes left
        var storage = engine.Client;

        var layer = new NewLayer { Id = LayerId.Random(), Names = ["base"], Parent = null };
        var put = await storage.PutLayerAsync(new PutLayer(layer, LayerBlob.FromFile(archive)));
        Console.WriteLine($"{put.Layer.DiffDigest} {put.Layer.DiffSizeBytes} bytes");

        await storage.CreateImageAsync(new NewImage { Id = ImageId.Random(), Names = ["image"], TopLayer = "base" });
        var container = new NewContainer { Id = ContainerId.Random(), Names = ["work"], Image = "image" };
        await storage.CreateContainerAsync(container);
        var path = await storage.MountAsync("work");
        foreach (var change in await storage.ChangesAsync((await storage.GetContainerAsync("work")).Layer!.Value.Value))
            Console.WriteLine($"{change.Kind} {change.Path}");
        await storage.UnmountAsync("work");
        await storage.DeleteContainerAsync("work");
        // The sample ends.
    }
}
