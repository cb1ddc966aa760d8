// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.BadInput;

/// <summary>What cannot be imported is refused by name, with exit status 1, and leaves nothing behind.</summary>
public sealed class BadInputSpec
{
    private static readonly LayerArchive _good = LayerArchive.ManyFiles(1, 200);

    /// <summary>Archives that are none, by the name of the file that holds them.</summary>
    private static readonly Dictionary<string, Func<byte[]>> _bad = new(StringComparer.Ordinal)
    {
        ["not-a-tar"] = () => Encoding.UTF8.GetBytes(new string('t', 5000)),
        ["noise"] = () => Noise.Of(1, 100_000),
        ["truncated-payload.tar"] = () => _good.Bytes[..(1024 * 50 + 512 + 100)],
        ["truncated-header.tar"] = () => _good.Bytes[..(1024 * 50 + 200)],
        ["truncated.tar.gz"] = () => _good.Gzip().Bytes[..20_000],
        ["truncated-in-the-trailer.tar.gz"] = () => _good.Gzip().Bytes[..^4],
        ["corrupt.tar.gz"] = () => Corrupt(_good.Gzip().Bytes, 20_000),
        ["corrupt-checksum.tar.gz"] = () => Corrupt(_good.Gzip().Bytes, ^6),
        ["gzip-of-noise.gz"] = () => new LayerArchive(Noise.Of(2, 50_000)).Gzip().Bytes,
    };

    public static TheoryData<string, string> BadArchives
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in _bad.Keys)
            {
                data.Add("ours", name);
                data.Add("go-newest", name);
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(BadArchives))]
    public async Task Should_leave_nothing_behind_when_the_archive_is_bad(string toolName, string name)
    {
        var tool = Tool.Named(toolName);
        await using var root = await WithOneLayerAsync(tool);
        var path = new LayerArchive(_bad[name]()).SaveAs(root.File(name));

        var outcome = await tool.RunAsync(root, "import-layer", "-i", "bad", "-n", "bad-name", "-f", path, "one");

        outcome.Failed();
        Assert.NotEqual("", outcome.Error);
        if (tool == Tool.Ours) outcome.Says(name);
        await OnlyTheOneLayerAsync(tool, root);
    }

    [SkippableTheory]
    [InlineData("ours")]
    [InlineData("go-newest")]
    public async Task Should_refuse_when_the_file_is_missing(string toolName)
    {
        var tool = Tool.Named(toolName);
        await using var root = await WithOneLayerAsync(tool);
        var path = root.File("missing.tar");
        (await tool.RunAsync(root, "import-layer", "-f", path)).Failed()
            .Says($"open {path}: no such file or directory");
        await OnlyTheOneLayerAsync(tool, root);
    }

    [SkippableTheory]
    [InlineData("ours", "unknown parent", "-i", "new", "-f", "FILE", "nobody")]
    [InlineData("go-newest", "unknown parent", "-i", "new", "-f", "FILE", "nobody")]
    [InlineData("ours", "id in use", "-i", "one", "-f", "FILE")]
    [InlineData("go-newest", "id in use", "-i", "one", "-f", "FILE")]
    [InlineData("ours", "name in use", "-n", "name-of-one", "-f", "FILE")]
    [InlineData("go-newest", "name in use", "-n", "name-of-one", "-f", "FILE")]
    public async Task Should_refuse_when_the_request_contradicts_the_store(
        string toolName, string what, params string[] arguments)
    {
        var said = what switch
        {
            "unknown parent" => "layer not known",
            "id in use" => "that ID is already in use",
            _ => "that name is already in use",
        };
        var tool = Tool.Named(toolName);
        await using var root = await WithOneLayerAsync(tool);
        var file = _good.SaveAs(root.File("good.tar"));
        var words = arguments.Select(word => word == "FILE" ? file : word).ToArray();
        (await tool.RunAsync(root, ["import-layer", .. words])).Failed().Says(said);
        await OnlyTheOneLayerAsync(tool, root);
    }

    [SkippableFact]
    public async Task Should_finish_the_others_when_one_of_many_is_bad()
    {
        await using var root = await WithOneLayerAsync(Tool.Ours);
        var good = _good.SaveAs(root.File("good.tar"));
        var bad = new LayerArchive(_bad["corrupt.tar.gz"]()).SaveAs(root.File("corrupt.tar.gz"));
        var missing = root.File("missing.tar");

        var outcome = await Tool.Ours.RunAsync(root, "import-layers", "-j", "3", good, bad, good, missing, good);

        outcome.Failed();
        Assert.Contains("corrupt.tar.gz", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("missing.tar", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(3, outcome.Lines.Length);
        Assert.Equal(
            ["one", .. outcome.Lines.Order(StringComparer.Ordinal)],
            (await LayerList.IdsAsync(Tool.Ours, root))
                .OrderBy(id => id != "one").ThenBy(id => id, StringComparer.Ordinal));
        Assert.Empty(root.Leftovers());
        await LayerList.EveryLayerIsWholeAsync(Tool.Ours, root);
    }

    private static async Task<StorageRoot> WithOneLayerAsync(Tool tool)
    {
        Tool.Require(tool);
        var root = new StorageRoot();
        await tool.MustAsync(root, "create-layer", "-i", "one", "-n", "name-of-one");
        return root;
    }

    private static async Task OnlyTheOneLayerAsync(Tool tool, StorageRoot root)
    {
        Assert.Equal(["one"], await LayerList.IdsAsync(tool, root));
        Assert.Equal(["one"], root.LayerDirectories());
        Assert.Equal(["layers.json", "layers.lock"], root.LayerFiles());
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(root.Overlay, "l")));
        Assert.Empty(root.Leftovers());
    }

    private static byte[] Corrupt(byte[] bytes, Index at)
    {
        bytes[at] ^= 0x55;
        return bytes;
    }
}
