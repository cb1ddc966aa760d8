// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// Three layers, each on the one before and each changed through its mount, in every way in which a directory or a
/// file can come, go and come back; and what the tools must say about these changes.
/// </summary>
public static class ThreeLayers
{
    /// <summary>Per layer what <c>changes</c> prints, in the order of the paths.</summary>
    private static readonly string[][] _changes =
    [
        [
            "Add /layer1file1", "Add /layer1file2", "Add /layer1file3",
            "Add /layerdir1", "Add /layerdir2", "Add /layerdir3",
            "Add /layerdir4", "Add /layerdir4/layer1subdir", "Add /layerdir5", "Add /layerdir5/layer1subdir",
            "Add /layerdir6", "Add /layerdir6/layer1subdir", "Add /layerdir7", "Add /layerdir7/layer1file4",
            "Add /layerdir8", "Add /layerdir8/layer1file5", "Add /layerdir9", "Add /layerdir9/layer1file6",
        ],
        [
            "Delete /layer1file1", "Delete /layer1file2", "Add /layer2file1",
            "Delete /layerdir1", "Add /layerdir10", "Add /layerdir11", "Add /layerdir11/layer2subdir",
            "Add /layerdir12", "Add /layerdir12/layer2file2",
            "Delete /layerdir2", "Delete /layerdir4", "Delete /layerdir5", "Delete /layerdir7", "Delete /layerdir8",
        ],
        [
            "Add /layerdir1", "Modify /layerdir3", "Add /layerdir3/layer3subdir",
            "Add /layerdir3/layer3subdir/layer3subsubdir", "Add /layerdir4", "Add /layerdir4/layer1subdir",
            "Add /layerdir7", "Add /layerdir7/layer1file4", "Add /layerfile1",
        ],
    ];

    private static readonly string[] _directories =
    [
        "layerdir1/", "layerdir10/", "layerdir11/", "layerdir11/layer2subdir/", "layerdir12/", "layerdir2/",
        "layerdir3/", "layerdir3/layer3subdir/", "layerdir3/layer3subdir/layer3subsubdir/", "layerdir4/",
        "layerdir4/layer1subdir/", "layerdir5/", "layerdir5/layer1subdir/", "layerdir6/", "layerdir6/layer1subdir/",
        "layerdir7/", "layerdir8/", "layerdir9/",
    ];

    /// <summary>Makes the layers, lowest first, and leaves them unmounted.</summary>
    public static async Task<string[]> BuildAsync(ConformanceStore store)
    {
        var first = await EditedAsync(store, "", EditFirst);
        var second = await EditedAsync(store, first, EditSecond);
        var third = await EditedAsync(store, second, EditThird);
        return [first, second, third];
    }

    /// <summary>Fails unless <c>changes</c> says of each layer exactly what was done in it.</summary>
    public static async Task HaveTheirChangesAsync(ConformanceStore store, string[] layers)
    {
        foreach (var (layer, expected) in layers.Zip(_changes))
        {
            var said = (await store.LinesAsync("changes", layer))
                .Select(line => line.Split(' ', 2)).OrderBy(words => words[1], StringComparer.Ordinal)
                .Select(words => $"{words[0]} {words[1].Trim('"')}");
            Assert.Equal(expected, said);
        }
    }

    /// <summary>Fails unless <c>diff</c> gives of each layer an archive with exactly what was done in it.</summary>
    public static async Task HaveTheirDiffsAsync(ConformanceRoot root, string[] layers)
    {
        var archives = await ExtractDiffsAsync(root, layers);
        foreach (var (archive, changes) in archives.Zip(_changes))
        {
            var members = (await Command.RunAsync("tar", "-tf", archive)).Succeeded().Lines;
            Assert.Equal(
                changes.Select(Member).Order(StringComparer.Ordinal), members.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Writes the diffs of the layers to files: the second one in gzip, the others as they are.</summary>
    public static async Task<string[]> ExtractDiffsAsync(ConformanceRoot root, string[] layers)
    {
        var archives = new List<string>();
        foreach (var layer in layers)
        {
            var zipped = archives.Count == 1;
            var archive = root.File($"diff-{archives.Count}.tar{(zipped ? ".gz" : "")}");
            (await root.Main.QuietAsync("diff", zipped ? "-c" : "-u", "-f", archive, layer))
                .Succeeded().SaysNothing();
            Assert.Equal(zipped, File.ReadAllBytes(archive) is [0x1F, 0x8B, ..]);
            archives.Add(archive);
        }
        return [.. archives];
    }

    private static string Member(string change)
    {
        var (kind, path) = (change.Split(' ')[0], change.Split(' ')[1].TrimStart('/'));
        if (kind == "Delete") return Path.Combine(Path.GetDirectoryName(path)!, ".wh." + Path.GetFileName(path));
        return _directories.Contains(path + "/") ? path + "/" : path;
    }

    private static async Task<string> EditedAsync(ConformanceStore store, string parent, Action<string> edit)
    {
        var layer = await store.LayerAsync(parent);
        edit(await store.MountAsync(layer));
        await store.UnmountAsync(layer);
        return layer;
    }

    private static void EditFirst(string at)
    {
        for (var i = 1; i <= 3; i++)
        {
            SampleFile.Create(Path.Combine(at, $"layer1file{i}"));
            Directory.CreateDirectory(Path.Combine(at, $"layerdir{i}"));
            Directory.CreateDirectory(Path.Combine(at, $"layerdir{i + 3}/layer1subdir"));
            Directory.CreateDirectory(Path.Combine(at, $"layerdir{i + 6}"));
            SampleFile.Create(Path.Combine(at, $"layerdir{i + 6}/layer1file{i + 3}"));
        }
    }

    private static void EditSecond(string at)
    {
        FilesAreThere(
            at, "layer1file1", "layer1file2", "layer1file3", "layerdir7/layer1file4", "layerdir8/layer1file5",
            "layerdir9/layer1file6");
        File.Delete(Path.Combine(at, "layer1file1"));
        File.Delete(Path.Combine(at, "layer1file2"));
        foreach (var gone in new[] { 1, 2, 4, 5, 7, 8 })
            Directory.Delete(Path.Combine(at, $"layerdir{gone}"), recursive: true);
        SampleFile.Create(Path.Combine(at, "layer2file1"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir10"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir11/layer2subdir"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir12"));
        SampleFile.Create(Path.Combine(at, "layerdir12/layer2file2"));
    }

    private static void EditThird(string at)
    {
        FilesAreThere(at, "layer1file3", "layer2file1", "layerdir9/layer1file6", "layerdir12/layer2file2");
        Assert.False(Path.Exists(Path.Combine(at, "layerdir7")));
        SampleFile.Create(Path.Combine(at, "layerfile1"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir1"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir4/layer1subdir"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir7"));
        SampleFile.Create(Path.Combine(at, "layerdir7/layer1file4"));
        Directory.CreateDirectory(Path.Combine(at, "layerdir3/layer3subdir/layer3subsubdir"));
    }

    private static void FilesAreThere(string at, params string[] names) =>
        Assert.All(names, name => Assert.NotEqual(0, new FileInfo(Path.Combine(at, name)).Length));
}
