// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Files copied into layers and from layer to layer get owners by the maps of both sides.</summary>
public sealed class CopySpec
{
    /// <summary>Large enough for the user 100.</summary>
    private const int RangeSize = 101;

    private static readonly int[] _numbers = [0, 1, 2, 5];

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_map_owners_when_files_are_copied(ToolUnderTest subject) => subject.InRootAsync(async root =>
    {
        var store = root.Main;
        var tree = MakeTree(root);
        var (layers, points) = (new Dictionary<int, string>(), new Dictionary<int, string>());
        foreach (var i in _numbers)
        {
            layers[i] = await store.LayerAsync(RangeOf(i).Options);
            await store.MustAsync("copy", Path.Combine(tree, "subdir2/file_5"), $"{layers[i]}:/file_5");
            points[i] = await store.MountAsync(layers[i]);
            Owns(points[i], RangeOf(i).OwnerOf(5), "file_5");

            // Into a mounted layer it goes through the mount.
            await store.MustAsync(
                "copy", "--chown", "100:100", Path.Combine(tree, "subdir2/file_5"), $"{layers[i]}:/file_5");
            Owns(points[i], RangeOf(i).OwnerOf(100), "file_5");

            await store.MustAsync("copy", tree, $"{layers[i]}:/subdir");
            Owns(points[i], RangeOf(i).OwnerOf(5), "subdir/subdir2/file_5");
            Owns(points[i], RangeOf(i).OwnerOf(6), "subdir/subdir2");
            await store.MustAsync("copy", "--chown", "100:100", tree, $"{layers[i]}:/subdir2");
            Owns(points[i], RangeOf(i).OwnerOf(100), "subdir2/subdir2/file_5", "subdir2/subdir2");
            Assert.Equal(points[i], await store.MountAsync(layers[i]));
        }

        await store.MustAsync("copy", $"{layers[0]}:/subdir/subdir2/file_5", $"{layers[5]}:/from-other");
        Owns(points[5], RangeOf(5).OwnerOf(5), "from-other");
        await store.MustAsync("copy", $"{layers[0]}:/subdir", $"{layers[5]}:/tree-from-other");
        Owns(points[5], RangeOf(5).OwnerOf(5), "tree-from-other/subdir2/file_5");
        Owns(points[5], RangeOf(5).OwnerOf(6), "tree-from-other/subdir2");
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tree, "subdir2/file_5")),
            File.ReadAllBytes(Path.Combine(points[5], "tree-from-other/subdir2/file_5")));
    });

    /// <summary>A directory of the host that holds another one, of owner 6, with a file of owner 5.</summary>
    private static string MakeTree(ConformanceRoot root)
    {
        var tree = root.File("tree");
        Directory.CreateDirectory(Path.Combine(tree, "subdir2"));
        Owner.Set(Path.Combine(tree, "subdir2"), 6, 6);
        SampleFile.Create(Path.Combine(tree, "subdir2/file_5"), 5, 5);
        return tree;
    }

    private static MappedRange RangeOf(int number) => MappedRange.Of(number, RangeSize);

    private static void Owns(string point, Owner expected, params string[] names) => Assert.All(
        names,
        name => Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{name} {expected}"),
            string.Create(CultureInfo.InvariantCulture, $"{name} {Owner.Of(Path.Combine(point, name))}")));
}
