// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>A layer that takes long to arrive holds nobody up: nothing is locked while it is unpacked.</summary>
public sealed class SlowLayerSpec
{
    private static readonly int Megabytes = Everything.Else(48, all: 200);

    [SkippableTheory]
    [InlineData("ours", "go-newest")]
    [InlineData("ours", "go-stable")]
    [InlineData("ours", "ours")]
    [InlineData("go-newest", "ours")]
    [InlineData("go-newest", "go-stable")]
    [Trait("kind", "slow")]
    public async Task Should_not_wait_when_another_process_is_in_the_middle_of_a_large_layer(
        string importerName, string otherName)
    {
        var (importer, other) = (Tool.Named(importerName), Tool.Named(otherName));
        Tool.Require(importer, other, Tool.GoNewest);
        await using var root = new StorageRoot();
        var archive = LayerArchive.Large(11, Megabytes);
        var half = archive.Bytes.Length / 2;

        var importing = importer.Start(root, "import-layer", "-i", "slow");
        await importing.WriteAsync(archive.Bytes.AsMemory(0, half));
        // The importer now has half of the layer and can get no further before this test goes on.
        Assert.NotEmpty(root.Leftovers());
        await other.MustAsync(root, "create-layer", "-i", "quick");
        await other.MustAsync(root, "import-layer", "-i", "quick-too", "-f",
            LayerArchive.Small(1).SaveAs(root.File("small.tar")), "quick");
        Assert.Equal(["quick", "quick-too"], await LayerList.IdsAsync(other, root));
        Assert.True(importing.IsRunning, "the importer ended before it had its whole input");
        await importing.WriteAsync(archive.Bytes.AsMemory(half));
        Assert.Equal("slow\n", (await importing.EndAsync()).Succeeded().Output);

        Assert.Equal(["quick", "quick-too", "slow"], await LayerList.IdsAsync(other, root));
        Assert.Equal(archive.Sha256, (await other.MustAsync(root, "diff", "-u", "slow")).OutputSha256);
        await LayerList.CleanAsync(root);
    }
}
