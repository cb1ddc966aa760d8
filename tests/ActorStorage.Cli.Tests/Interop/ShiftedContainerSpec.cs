// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Conformance;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>A container that a Go tool made to have its ids shifted when it is mounted.</summary>
public sealed class ShiftedContainerSpec
{
    private const string File = "file";

    [SkippableFact]
    public async Task Should_show_files_as_they_lie_on_disk_when_a_go_tool_shifts_them()
    {
        await using var root = new StorageRoot();
        const string map = "0:100000:65536";
        var archive = new LayerArchive(new TarBuilder().File(File, "x"u8.ToArray(), owner: 5).Build());
        await ShiftingAsync(root, "import-layer", "-i", "layer", "-f", archive.SaveAs(root.File("layer.tar")));
        await ShiftingAsync(root, "create-image", "-i", "image", "layer");
        await ShiftingAsync(
            root, "create-container", "-i", "container", "--uidmap", map, "--gidmap", map, "image");
        var status = await ShiftingAsync(root, "status");
        Skip.IfNot(
            status.Error.Contains("Supports shifting: true", StringComparison.Ordinal),
            "this kernel shifts no ids below an overlay mount");

        Assert.Equal(new Owner(100_005, 100_005), OwnerIn(await ShiftingAsync(root, "mount", "container")));
        await ShiftingAsync(root, "unmount", "container");
        Assert.Equal(new Owner(5, 5), OwnerIn(await Tool.Ours.MustAsync(root, "mount", "container")));
        await Tool.Ours.MustAsync(root, "unmount", "container");
        await LayerList.CleanAsync(root);
    }

    private static async Task<Outcome> ShiftingAsync(StorageRoot root, params string[] arguments)
    {
        var running = RunningTool.Start(
            Tool.GoNewest.Name, Tool.GoNewest.Path, [.. root.GlobalOptions, .. arguments], root.Directory,
            ("_CONTAINERS_OVERLAY_DISABLE_IDMAP", "no"));
        return (await running.EndAsync()).Succeeded();
    }

    private static Owner OwnerIn(Outcome mounted) => Owner.Of(Path.Combine(mounted.Text, File));
}
