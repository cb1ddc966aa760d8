// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>What one tool wrote, the others read: the same records, the same trees, the same archives.</summary>
public sealed class ReadEachOtherSpec
{
    /// <summary>Writer and reader. The pair without ours shows that the test itself is right.</summary>
    public static TheoryData<string, string> Pairs => new()
    {
        { "ours", "go-newest" },
        { "ours", "go-stable" },
        { "go-newest", "ours" },
        { "go-stable", "ours" },
        { "ours", "ours" },
        { "go-stable", "go-newest" },
    };

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public async Task Should_read_back_the_same_when_another_tool_wrote(string writerName, string readerName)
    {
        var (writer, reader) = (Tool.Named(writerName), Tool.Named(readerName));
        Tool.Require(writer, reader, Tool.GoNewest);
        await using var root = new StorageRoot();
        var archives = new (string Id, LayerArchive Archive)[]
        {
            ("base", LayerArchive.Small(1)),
            ("middle", LayerArchive.ManyFiles(2, 300)),
            ("top", LayerArchive.Small(3)),
        };
        var parent = "";
        foreach (var (id, archive) in archives)
        {
            var file = archive.Gzip().SaveAs(root.File(id + ".tar.gz"));
            var made = await writer.MustAsync(
                root, "import-layer", "-i", id, "-n", "name-of-" + id, "-f", file, parent);
            Assert.Equal($"{id}\n\tname-of-{id}\n", made.Output);
            parent = id;
        }

        await LayerList.SameAsync(writer, reader, root);
        foreach (var (id, archive) in archives)
        {
            var record = Assert.Single(
                await LayerList.RecordsAsync(reader, root), record => (string)record["id"]! == id);
            Assert.Equal("sha256:" + archive.Sha256, (string)record["diff-digest"]!);
            Assert.Equal(archive.Bytes.Length, (long)record["diff-size"]!);
            Assert.Equal(archive.Sha256, (await reader.MustAsync(root, "diff", "-u", id)).OutputSha256);
        }
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, root);
        await LayerList.CleanAsync(root);
    }

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public async Task Should_show_the_same_files_when_another_tool_mounts(string writerName, string mounterName)
    {
        var (writer, mounter) = (Tool.Named(writerName), Tool.Named(mounterName));
        Tool.Require(writer, mounter);
        await using var root = new StorageRoot();
        var lower = new TarBuilder().Directory("d/").File("d/goes", "1").File("d/stays", "2").File("over", "old");
        var upper = new TarBuilder()
            .File("d/.wh.goes", "").File("over", "new").Directory("q/").File("q/.wh..wh..opq", "");
        var lowerFile = new LayerArchive(lower.Build()).SaveAs(root.File("lower.tar"));
        var upperFile = new LayerArchive(upper.Build()).SaveAs(root.File("upper.tar"));
        await writer.MustAsync(root, "import-layer", "-i", "lower", "-f", lowerFile);
        await writer.MustAsync(root, "import-layer", "-i", "upper", "-f", upperFile, "lower");

        var point = (await mounter.MustAsync(root, "mount", "upper")).Output.TrimEnd('\n');

        Assert.Equal(Path.Combine(root.Overlay, "upper", "merged"), point);
        Assert.False(File.Exists(Path.Combine(point, "d/goes")));
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(point, "d/stays")));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(point, "over")));
        // The count of mounts is shared: the writer sees the mount and may end it.
        Assert.Equal("upper mounted\n", (await writer.MustAsync(root, "mounted", "upper")).Output);
        Assert.Equal(point, (await writer.MustAsync(root, "mount", "upper")).Output.TrimEnd('\n'));
        Assert.Equal("", (await mounter.MustAsync(root, "unmount", "upper")).Output);
        Assert.NotEqual("", (await writer.MustAsync(root, "unmount", "upper")).Output);
        Assert.Equal("", (await mounter.MustAsync(root, "mounted", "upper")).Output);
        Assert.DoesNotContain(point, Mounts.Below(root.Directory));
    }

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public async Task Should_extend_and_delete_when_another_tool_wrote(string writerName, string changerName)
    {
        var (writer, changer) = (Tool.Named(writerName), Tool.Named(changerName));
        Tool.Require(writer, changer, Tool.GoNewest);
        await using var root = new StorageRoot();
        var file = LayerArchive.Small(7).SaveAs(root.File("layer.tar"));
        await writer.MustAsync(root, "import-layer", "-i", "one", "-f", file);
        await writer.MustAsync(root, "import-layer", "-i", "two", "-f", file, "one");
        await writer.MustAsync(root, "set-metadata", "-m", "about two", "two");
        await writer.MustAsync(root, "set-layer-data", "-f", file, "two", "some-item");

        await changer.MustAsync(root, "import-layer", "-i", "three", "-f", file, "two");
        (await changer.RunAsync(root, "delete-layer", "one")).Failed().Says("layer has children");
        await changer.MustAsync(root, "delete-layer", "three");
        Assert.Equal("about two\n", (await changer.MustAsync(root, "metadata", "-q", "two")).Output);
        Assert.Equal(
            LayerArchive.Small(7).Sha256,
            (await changer.MustAsync(root, "get-layer-data", "two", "some-item")).OutputSha256);
        await changer.MustAsync(root, "delete-layer", "two");

        Assert.Equal(["one"], await LayerList.IdsAsync(writer, root));
        Assert.Equal(["one"], root.LayerDirectories());
        Assert.DoesNotContain(root.LayerFiles(), name => name.StartsWith("two", StringComparison.Ordinal));
        await LayerList.CleanAsync(root);
    }
}
