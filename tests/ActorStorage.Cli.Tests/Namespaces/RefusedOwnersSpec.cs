// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Conformance;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Namespaces;

/// <summary>Whoever has but one id unpacks what belongs to others, if he says that owners do not matter.</summary>
public sealed class RefusedOwnersSpec
{
    private static readonly LayerArchive _ofOthers = new(new TarBuilder()
        .Directory("d/", mode: 0x3FF, owner: 5)
        .File("d/file", "of another\n", mode: 0x9ED, owner: 5).HardLink("d/same", "d/file").Symlink("d/link", "file")
        .Entry('6', "d/pipe", owner: 5).Entry('3', "d/device", major: 1, minor: 3, owner: 5)
        .File("d/own", "his own\n").Build());

    private static readonly LayerArchive _upon = new(new TarBuilder()
        .File("d/.wh.own", "").File("d/more", "more\n", owner: 6).Build());

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_make_what_the_go_tool_makes_when_owners_do_not_matter(string driver)
    {
        Tool.Require(Tool.GoNewest);
        Assert.Equal(await UnpackAsync(Tool.GoNewest, driver), await UnpackAsync(Tool.Ours, driver));
    }

    [SkippableTheory]
    [InlineData("ours", "overlay")]
    [InlineData("ours", "vfs")]
    [InlineData("go-newest", "overlay")]
    [InlineData("go-newest", "vfs")]
    public async Task Should_refuse_the_archive_when_owners_matter(string toolName, string driver)
    {
        var tool = Tool.Named(toolName);
        await using var root = new StorageRoot(driver);
        var nobody = await Nobody.WithAsync(root, tool);
        RefusedOwner(await nobody.RunAsync(tool, "import-layer", "-i", "a", "-f", _ofOthers.SaveAs(root.File("a"))));
        Assert.Equal("", (await nobody.RunAsync(tool, "layers", "-q")).Succeeded().Output);
    }

    [SkippableTheory]
    [InlineData("ours")]
    [InlineData("go-newest")]
    public async Task Should_refuse_the_copy_when_what_is_below_belongs_to_others(string toolName)
    {
        var tool = Tool.Named(toolName);
        await using var root = new StorageRoot("vfs");
        var nobody = await Nobody.WithAsync(root, tool);
        string[] options = ["--storage-opt", "vfs.ignore_chown_errors=true"];
        (await nobody.RunAsync(tool, [.. options, "import-layer", "-i", "a", "-f", _upon.SaveAs(root.File("a"))]))
            .Succeeded();
        // The option is about archives. Other maps are a change of owners, too.
        RefusedOwner(await nobody.RunAsync(
            tool, [.. options, "create-layer", "-i", "mapped", "--uidmap", "0:1:1", "--gidmap", "0:1:1", "a"]));
        Owner.Set(Path.Combine(root.Graph, "vfs", "dir", "a", "d", "more"), 5, 5);
        RefusedOwner(await nobody.RunAsync(tool, [.. options, "create-layer", "-i", "copy", "a"]));
        Assert.Equal("a\n", (await nobody.RunAsync(tool, "layers", "-q")).Succeeded().Output);
        Assert.Single(Directory.GetDirectories(Path.Combine(root.Graph, "vfs", "dir")));
    }

    /// <summary>The Go tool refuses it. What is hidden does not depend on whose the mark is.</summary>
    [SkippableFact]
    public async Task Should_hide_a_file_when_the_owner_of_its_whiteout_does_not_matter()
    {
        await using var root = new StorageRoot();
        var nobody = await Nobody.WithAsync(root, Tool.Ours);
        var whiteout = new LayerArchive(new TarBuilder().File(".wh.file", "", owner: 5).Build());
        (await nobody.RunAsync(
            Tool.Ours, "--storage-opt", "overlay.ignore_chown_errors=true", "import-layer", "-i", "a",
            "-f", whiteout.SaveAs(root.File("a")))).Succeeded();
        var made = await Command.RunAsync("stat", "--format=%F %t:%T", Path.Combine(root.DiffOf("a"), "file"));
        Assert.Equal("character special file 0:0\n", made.Succeeded().Output);
    }

    private static void RefusedOwner(Outcome outcome) =>
        Assert.Contains("invalid argument", outcome.Failed().Error, StringComparison.Ordinal);

    /// <summary>The files of a layer, of another one on it, and of one without an archive on that.</summary>
    private static async Task<string> UnpackAsync(Tool tool, string driver)
    {
        await using var root = new StorageRoot(driver);
        var nobody = await Nobody.WithAsync(root, tool);
        Task<Outcome> RunAsync(params string[] arguments) =>
            nobody.RunAsync(tool, ["--storage-opt", $"{driver}.ignore_chown_errors=true", .. arguments]);
        (await RunAsync("import-layer", "-i", "a", "-f", _ofOthers.SaveAs(root.File("a")))).Succeeded();
        (await RunAsync("import-layer", "-i", "b", "-f", _upon.SaveAs(root.File("b")), "a")).Succeeded();
        (await RunAsync("create-layer", "-i", "c", "b")).Succeeded();
        var trees = new List<string>();
        foreach (var id in (string[])["a", "b", "c"])
        {
            trees.Add(await TreeListing.OfAsync(
                driver == "overlay" ? root.DiffOf(id) : Path.Combine(root.Graph, "vfs", "dir", id)));
        }
        Assert.Equal(_ofOthers.Sha256, (await RunAsync("diff", "-u", "a")).Succeeded().OutputSha256);
        return string.Join('\n', trees);
    }
}
