// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Upkeep;

public sealed class LayerCollectionSpec
{
    private static readonly string Orphan = new('a', 64);
    private static readonly string Other = new('b', 64);
    private static readonly DateTime LongAgo = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    /// <summary>Left behind in the layer store's directory or the driver's, and whether the Go tool's collector removes
    /// it too.</summary>
    public static IReadOnlyDictionary<string, bool> Garbage { get; } = new Dictionary<string, bool>
    {
        [$"overlay/{Orphan}/diff/"] = true,
        ["overlay/any name/"] = true,
        [$"overlay-layers/{Orphan}.tar-split.gz"] = true,
        [$"overlay-layers/{Orphan}/datafile"] = true,
        [$"overlay-layers/{Other}.tar-split.gz"] = true,
        [$"overlay-layers/{Other}/datafile"] = true,
        ["overlay-layers/.tmp-layers.json4711"] = false,
        ["overlay-layers/.tmp-volatile-layers.json1"] = false,
        ["overlay/metacopy-check42/"] = true,
    };

    /// <summary>What may be somebody's.</summary>
    private static readonly string[] Kept =
    [
        "overlay-layers/notes.txt", "overlay-layers/notes.tar-split.gz", "overlay-layers/somebody/file",
        "overlay-layers/.tmp-notes1", "overlay/staging/one/dir/", "overlay/tempdirs/mine/", "overlay/l/notes",
    ];

    [SkippableFact]
    public void Should_remove_what_no_record_names_and_nothing_else()
    {
        using var root = new UpkeepRoot();
        var below = root.Import(new TestArchive().File("f"));
        var top = root.Import(new TestArchive().File("g"), below);
        root.Go("set-layer-data", "-f", root["storage.lock"], top.Value, "datafile");
        root.Go("create-image", top.Value);
        foreach (var path in Garbage.Keys.Concat(Kept)) Plant(root, path, LongAgo);
        File.CreateSymbolicLink(root["overlay/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"], $"../{Other}/diff");
        Plant(root, "overlay-layers/.tmp-layers.json1", DateTime.UtcNow);
        Plant(root, "overlay/compat7/", DateTime.UtcNow);

        var counts = root.Collect();

        Assert.Equal([Garbage.Count + 1], counts);
        Assert.Equal([], Garbage.Keys.Where(path => Exists(root, path)));
        Assert.Equal([], Kept.Where(path => !Exists(root, path)));
        Assert.False(Path.Exists(root["overlay/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"]));
        Assert.True(Exists(root, "overlay-layers/.tmp-layers.json1"));
        Assert.True(Exists(root, "overlay/compat7/"));
        Directory.Delete(root["overlay/compat7"]);
        Assert.Equal([], root.GoCheck());
        Assert.Equal([0], root.Collect());
    }

    [SkippableFact]
    public void Should_leave_what_the_go_tool_leaves_but_for_what_nobody_can_miss()
    {
        using var root = new UpkeepRoot();
        root.Import(new TestArchive().File("f"));
        foreach (var path in Garbage.Keys.Concat(Kept)) Plant(root, path, LongAgo);

        root.Go("gc");

        Assert.Equal(
            Garbage.Where(each => each.Value).Select(each => each.Key),
            Garbage.Keys.Where(path => !Exists(root, path)));
        // What was not pulled to its end goes with the tool's shutdown.
        Assert.Equal([Kept[4]], Kept.Where(path => !Exists(root, path)));
    }

    [SkippableFact]
    public void Should_take_a_few_hundred_items_at_a_time()
    {
        using var root = new UpkeepRoot();
        var layer = root.Import(new TestArchive().File("f"));
        for (var i = 0; i < 2 * LayerCollection.ItemsMax; i++) Plant(root, $"overlay/{i:x64}/diff/", LongAgo);

        var counts = root.Collect();

        Assert.Equal([LayerCollection.ItemsMax, LayerCollection.ItemsMax, 0], counts);
        Assert.True(Directory.Exists(root.Diff(layer)));
    }

    [SkippableFact]
    public void Should_collect_the_layers_of_a_store_that_copies_parents()
    {
        using var root = new UpkeepRoot("vfs");
        var layer = root.Import(new TestArchive().File("f"));
        Plant(root, $"vfs/dir/{Orphan}/f", LongAgo);

        Assert.Equal([1], root.Collect());

        Assert.False(Directory.Exists(root[$"vfs/dir/{Orphan}"]));
        Assert.True(File.Exists($"{root.Diff(layer)}/f"));
    }

    private static void Plant(UpkeepRoot root, string path, DateTime modifiedAt)
    {
        var at = root[path.TrimEnd('/')];
        Directory.CreateDirectory(path.EndsWith('/') ? at : Path.GetDirectoryName(at)!);
        if (!path.EndsWith('/')) File.WriteAllText(at, "");
        File.SetLastWriteTimeUtc(at, modifiedAt);
    }

    private static bool Exists(UpkeepRoot root, string path) => Path.Exists(root[path.TrimEnd('/')]);
}
