// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.BadInput;

/// <summary>The place where the layers lie is full, may not be written, or belongs to somebody else.</summary>
public sealed class BadPlaceSpec
{
    [SkippableTheory]
    [InlineData("ours", "import-layer")]
    [InlineData("go-newest", "import-layer")]
    [InlineData("ours", "import-layers")]
    public async Task Should_leave_nothing_behind_when_the_file_system_is_full(string toolName, string command)
    {
        var tool = Tool.Named(toolName);
        Tool.Require(tool);
        await using var root = new StorageRoot();
        await MountTmpfsAsync(root, megabytes: 24);
        await tool.MustAsync(root, "create-layer", "-i", "one");
        var large = LayerArchive.Large(1, 64).SaveAs(root.File("large.tar"));
        var small = LayerArchive.Small(1).SaveAs(root.File("small.tar"));

        var outcome = await tool.RunAsync(root, command == "import-layer" ? [command, "-f", large] : [command, large]);

        outcome.Failed().Says("no space left on device");
        if (tool == Tool.Ours) outcome.Says("large.tar");
        Assert.Equal(["one"], await LayerList.IdsAsync(tool, root));
        Assert.Equal(["one"], root.LayerDirectories());
        Assert.Equal(["layers.json", "layers.lock"], root.LayerFiles());
        Assert.Empty(root.Leftovers());
        // The space is back at once.
        await tool.MustAsync(root, "import-layer", "-i", "two", "-f", small, "one");
        await LayerList.EveryLayerIsWholeAsync(tool, root);
    }

    [SkippableTheory]
    [InlineData("create-layer")]
    [InlineData("import-layer")]
    [InlineData("import-layers")]
    [InlineData("delete-layer")]
    public async Task Should_refuse_when_the_root_is_read_only(string command)
    {
        Tool.Require(Tool.Ours);
        await using var root = new StorageRoot();
        await Tool.Ours.MustAsync(root, "create-layer", "-i", "one");
        await Tool.Ours.MustAsync(root, "shutdown");
        var small = LayerArchive.Small(1).SaveAs(root.File("small.tar"));
        var before = await TreeListing.OfAsync(root.Graph);
        (await Command.RunAsync("mount", "--bind", root.Graph, root.Graph)).Succeeded();
        (await Command.RunAsync("mount", "-o", "remount,bind,ro", root.Graph)).Succeeded();
        string[] arguments = command switch
        {
            "import-layer" => ["-f", small],
            "import-layers" => [small],
            "delete-layer" => ["one"],
            _ => [],
        };

        var outcome = await Tool.Ours.RunAsync(root, [command, .. arguments]);

        outcome.Failed().Says("read-only file system").Says(root.Graph);
        Assert.Equal(before, await TreeListing.OfAsync(root.Graph));
    }

    [SkippableFact]
    public async Task Should_refuse_when_the_root_belongs_to_somebody_else()
    {
        Tool.Require(Tool.Ours);
        await using var root = new StorageRoot();
        await Tool.Ours.MustAsync(root, "create-layer", "-i", "one");
        await Tool.Ours.MustAsync(root, "shutdown");
        (await Command.RunAsync("chmod", "0755", root.Directory)).Succeeded();
        string[] asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        var reachable = await Command.RunAsync("setpriv", [.. asNobody, "test", "-x", Tool.Ours.Path]);
        Skip.If(reachable.ExitCode != 0, "no other user may run the executable where it lies");
        var before = await TreeListing.OfAsync(root.Graph);

        var outcome = await Command.RunAsync(
            "setpriv", [.. asNobody, Tool.Ours.Path, .. root.GlobalOptions, "create-layer", "--unshare=false"]);

        outcome.Failed().Says("permission denied").Says(root.Directory);
        Assert.Equal(before, await TreeListing.OfAsync(root.Graph));
    }

    private static async Task MountTmpfsAsync(StorageRoot root, int megabytes)
    {
        Directory.CreateDirectory(root.Graph);
        (await Command.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", root.Graph)).Succeeded();
    }
}
