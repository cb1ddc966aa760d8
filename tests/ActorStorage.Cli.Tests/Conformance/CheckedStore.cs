// SPDX-License-Identifier: Apache-2.0
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>A store whose one image stands on one layer, which was made from an archive of two files.</summary>
/// <param name="Store">The store, the main one or one that is only read.</param>
/// <param name="Layer">The layer's id.</param>
/// <param name="Image">The image's id.</param>
public sealed record CheckedStore(ConformanceStore Store, string Layer, string Image)
{
    /// <summary>The name of a data item that is its own file name.</summary>
    public const string Item = "datafile";

    public static async Task<CheckedStore> MakeAsync(ConformanceRoot root, ConformanceStore store)
    {
        var archive = root.File("two-files.tar");
        await File.WriteAllBytesAsync(
            archive,
            new TarBuilder()
                .File("datafile1", Noise.Of(1, SampleFile.Bytes))
                .File("datafile2", Noise.Of(2, SampleFile.Bytes)).Build());
        var layer = await store.LayerAsync();
        (await store.QuietAsync("apply-diff", "--file", archive, layer)).Succeeded().SaysNothing();
        return new CheckedStore(store, layer, await store.IdAsync("create-image", layer));
    }

    /// <summary>The one of the main store and, in another store to read, the one that will be damaged.</summary>
    public static async Task<(CheckedStore Healthy, CheckedStore ReadOnly)> MakeTwoAsync(ConformanceRoot root)
    {
        var readOnly = await MakeAsync(root, root.Other("ro"));
        var healthy = await MakeAsync(root, root.Main);
        return (healthy, readOnly);
    }

    /// <summary>Gives something a data item and returns the file that holds it.</summary>
    public async Task<string> WithItemAsync(ConformanceRoot root, string kind, string owner)
    {
        await Store.MustAsync($"set-{kind}-data", "-f", root.RandomFile("item"), owner, Item);
        var file = Path.Combine(Store.Records(kind + "s"), owner, Item);
        Assert.True(File.Exists(file), $"{file} does not exist");
        return file;
    }

    /// <summary>The whole content of the store is gone.</summary>
    public async Task IsEmptyAsync()
    {
        Assert.Equal("", await Store.SaysAsync("images"));
        Assert.Equal("", await Store.SaysAsync("layers"));
    }
}
