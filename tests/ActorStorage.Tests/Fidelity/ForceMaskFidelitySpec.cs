// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk.Tests.Archive;
using TreeListing = ActorStorage.Disk.Tests.Extract.TreeListing;

namespace ActorStorage.Tests.Fidelity;

/// <summary>The archives made by hand again, with the same permissions for all files and their own beside
/// them.</summary>
public sealed class ForceMaskFidelitySpec
{
    /// <summary>Set to anything: all archives.</summary>
    private static readonly bool All =
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_ALL"));

    /// <summary>Otherwise one in so many of each group; a mask has another share.</summary>
    private const int Share = 60;

    [SkippableTheory]
    [InlineData("shared", 0)]
    [InlineData("private", 20)]
    [InlineData("0711", 40)]
    public async Task Should_make_what_the_go_engine_makes_when_a_mask_is_forced(string mask, int from)
    {
        Tool.Require(Tool.GoNewest);
        var kinds = Corpus.Groups.Values.SelectMany(group => group).Where((_, at) => All || at % Share == from)
            .ToArray();
        await using var comparison = new ImportComparison("overlay", mask);
        var differences = await comparison.RunAsync(kinds);
        var faults = ListedExceptions.Judge(kinds, differences, "overlay", isMasked: true);
        Assert.True(faults.Count == 0, $"{faults.Count} of {kinds.Length}:\n{string.Join('\n', faults)}");
    }

    [SkippableTheory]
    [InlineData("private", "private")]
    [InlineData("0777", null)]
    [InlineData(null, "0770")]
    public async Task Should_inherit_the_root_that_the_go_engine_makes_when_a_layer_has_no_archive(
        string? below, string? above)
    {
        await using var theirs = new StorageRoot();
        await using var ours = new EngineRoot();
        var started = DateTimeOffset.UtcNow;
        var blob = new TarBuilder().Header(new TarFields("/", '5') { Mode = "0001731", UserId = "0000007" }).Ended();
        await File.WriteAllBytesAsync(theirs.File("blob"), blob);
        await RunThereAsync(theirs, below, "import-layer", "-r", "-i", "below", "-f", theirs.File("blob"));
        await RunThereAsync(theirs, above, "create-layer", "-r", "-i", "above", "below");
        await RunThereAsync(theirs, above, "create-layer", "-r", "-i", "alone");
        await PutHereAsync(ours, below, EngineRoot.Of(blob, "below"));
        await PutHereAsync(ours, above, EngineRoot.Empty("above", "below"));
        await PutHereAsync(ours, above, EngineRoot.Empty("alone"));

        foreach (var id in (string[])["below", "above", "alone"])
            Assert.Equal(Directories(theirs, id, started), Directories(ours.Root, id, started));
    }

    private static async Task RunThereAsync(StorageRoot root, string? mask, params string[] arguments) =>
        await Tool.GoNewest.MustAsync(root, [.. Options(mask).SelectMany(each => new[] { "--storage-opt", each }),
            .. arguments]);

    private static async Task PutHereAsync(EngineRoot root, string? mask, PutLayer request)
    {
        var client = await root.StartAsync(root.Settings with { DriverOptions = Options(mask) });
        await client.PutLayerAsync(request with { Layer = request.Layer with { Writeable = false } });
        await root.StopAsync();
    }

    private static string[] Options(string? mask) => mask is null ? [] : [$"overlay.force_mask={mask}"];

    /// <summary>The layer's own directory and those in it.</summary>
    private static string[] Directories(StorageRoot root, string id, DateTimeOffset since) =>
    [
        .. TreeListing.Of(Path.Combine(root.Overlay, id), since)
            .Where(line => line.Contains(" Directory ", StringComparison.Ordinal)),
    ];
}
