// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>Two tools take turns in one root.</summary>
public sealed class InTurnsSpec
{
    private static readonly int Layers = Everything.Else(20, all: 50);

    [SkippableTheory]
    [InlineData("ours", "go-newest")]
    [InlineData("ours", "go-stable")]
    [InlineData("go-newest", "go-stable")]
    [Trait("kind", "slow")]
    public async Task Should_lose_nothing_when_two_tools_write_in_turns(string firstName, string secondName)
    {
        Tool[] tools = [Tool.Named(firstName), Tool.Named(secondName)];
        Tool.Require([.. tools, Tool.GoNewest]);
        await using var root = new StorageRoot();
        var files = Enumerable.Range(0, 5).Select(seed =>
            (seed % 2 == 0 ? LayerArchive.Small(seed) : LayerArchive.Small(seed).Gzip())
                .SaveAs(root.File(string.Create(CultureInfo.InvariantCulture, $"{seed}.tar")))).ToArray();
        var expected = new List<string>();
        for (var layer = 0; layer < Layers; layer++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"layer-{layer:D2}");
            // Every fifth starts a chain of its own; the others stand on what the other tool has just written.
            var parent = layer % 5 == 0 ? "" : expected[^1];
            var made = await tools[layer % 2].MustAsync(
                root, "import-layer", "-i", id, "-n", "name-" + id, "-f", files[layer % files.Length], parent);
            Assert.Equal($"{id}\n\tname-{id}\n", made.Output);
            expected.Add(id);
        }

        Assert.Equal(expected, await LayerList.IdsAsync(tools[0], root));
        await LayerList.SameAsync(tools[0], tools[1], root);
        await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, root);
        await LayerList.CleanAsync(root);
    }
}
