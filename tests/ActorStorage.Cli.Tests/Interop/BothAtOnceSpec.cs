// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>Eight writers in one root at the same time, four of each tool.</summary>
public sealed class BothAtOnceSpec
{
    private const int WritersOfEach = 4;
    private const int AttemptsMax = 20;
    private static readonly int LayersOfEach = Everything.Else(8, all: 25);

    [SkippableTheory]
    [InlineData("ours", "go-newest")]
    [InlineData("ours", "go-stable")]
    [InlineData("ours", "ours")]
    [InlineData("go-newest", "go-newest")]
    [Trait("kind", "slow")]
    public async Task Should_lose_nothing_when_both_write_at_once(string oneName, string otherName)
    {
        var (one, other) = (Tool.Named(oneName), Tool.Named(otherName));
        Tool.Require(one, other, Tool.GoNewest);
        await using var root = new StorageRoot();
        string[] files =
        [
            LayerArchive.Small(1).SaveAs(root.File("1.tar")),
            LayerArchive.Small(2).Gzip().SaveAs(root.File("2.tar.gz")),
            LayerArchive.ManyFiles(3, 150).SaveAs(root.File("3.tar")),
        ];

        var writers = Enumerable.Range(0, WritersOfEach)
            .SelectMany(writer => new[]
            {
                WriteAsync(one, $"one-{writer}", writer, root, files),
                WriteAsync(other, $"other-{writer}", writer, root, files),
            });
        var written = (await Task.WhenAll(writers)).SelectMany(ids => ids).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(2 * WritersOfEach * LayersOfEach, written.Length);
        Assert.Equal(written, (await LayerList.IdsAsync(one, root)).Order(StringComparer.Ordinal));
        await LayerList.SameAsync(one, other, root);
        await LayerList.CleanAsync(root);
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, root);
    }

    /// <summary>
    /// Even writers make one chain, odd ones make layers that stand alone, and the last one of ours hands all its
    /// archives to one process.
    /// </summary>
    private static async Task<string[]> WriteAsync(
        Tool tool, string name, int writer, StorageRoot root, string[] files)
    {
        if (tool == Tool.Ours && writer == WritersOfEach - 1)
        {
            var many = Enumerable.Range(0, LayersOfEach).Select(layer => files[layer % files.Length]);
            return (await tool.MustAsync(root, ["import-layers", "-j", "4", .. many])).Lines;
        }
        var ids = new List<string>();
        for (var layer = 0; layer < LayersOfEach; layer++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{layer:D2}");
            var parent = writer % 2 == 0 && ids.Count > 0 ? ids[^1] : "";
            await ImportAsync(
                tool, root, "import-layer", "-i", id, "-n", "name-" + id, "-f", files[layer % files.Length], parent);
            ids.Add(id);
        }
        return [.. ids];
    }

    /// <summary>
    /// The newest Go tool makes a staging directory's lock file first and locks it afterwards. When another process
    /// loads the layers in between, that one takes the directory for a stale one, and the import fails; two Go
    /// processes do it to each other. Such an import is repeated. Ours has no such gap and gets one attempt.
    /// </summary>
    private static async Task ImportAsync(Tool tool, StorageRoot root, params string[] arguments)
    {
        var outcome = await tool.RunAsync(root, arguments);
        for (var again = 0; again < AttemptsMax && tool == Tool.GoNewest && LostItsStaging(outcome); again++)
            outcome = await tool.RunAsync(root, arguments);
        outcome.Succeeded();
    }

    private static bool LostItsStaging(Outcome outcome) => outcome.ExitCode == 1
        // Lost before the tree was unpacked, or while it was.
        && (outcome.Error.Contains("temp-dir-", StringComparison.Ordinal)
            || outcome.Error.Contains("unpacking failed", StringComparison.Ordinal))
        && outcome.Error.Contains("no such file or directory", StringComparison.Ordinal);
}
