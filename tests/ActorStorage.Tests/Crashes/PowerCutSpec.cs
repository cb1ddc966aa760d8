// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using Akka.Actor;

namespace ActorStorage.Tests.Crashes;

/// <summary>
/// The power goes off after layers, images and containers were acknowledged. What was not synced is lost: the bytes of
/// files, and in the harder case also the last renames, as many as no sync came after.
/// </summary>
public sealed class PowerCutSpec : IDisposable
{
    private readonly ActorSystem _system = CrashEngine.NewSystem();

    private static CrashOperation ThreeLayers => new(
        "put three layers",
        client => client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "one")),
        client => client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(2), "two", "one")),
        client => client.PutLayerAsync(EngineRoot.Of(LayerArchive.ManyFiles(3, 30), "three", "two")));

    /// <summary>Whose last effect is the rename of the index of images or containers.</summary>
    public static TheoryData<string> Edits =>
        ["put an image", "edit an image", "edit a container", "delete a container"];

    public void Dispose() => _system.Dispose();

    [SkippableTheory]
    [InlineData("overlay", FlushMode.FileSystem, false)]
    [InlineData("overlay", FlushMode.FileSystem, true)]
    [InlineData("overlay", FlushMode.Tree, false)]
    [InlineData("overlay", FlushMode.Tree, true)]
    [InlineData("vfs", FlushMode.FileSystem, false)]
    [InlineData("vfs", FlushMode.FileSystem, true)]
    [InlineData("vfs", FlushMode.Tree, false)]
    [InlineData("vfs", FlushMode.Tree, true)]
    public async Task Should_keep_every_acknowledged_layer_whole_when_layers_are_flushed(
        string driver, FlushMode flush, bool losesNames) =>
        Assert.Null(await FaultAsync(driver, flush, losesNames));

    /// <summary>So that the test is known to see it.</summary>
    [SkippableTheory]
    [InlineData("overlay", false)]
    [InlineData("overlay", true)]
    [InlineData("vfs", false)]
    [InlineData("vfs", true)]
    public async Task Should_lose_layers_when_none_is_flushed(string driver, bool losesNames) => Assert.Contains(
        losesNames ? "3 steps were acknowledged" : "checksum failed",
        await FaultAsync(driver, FlushMode.None, losesNames),
        StringComparison.Ordinal);

    [SkippableTheory]
    [MemberData(nameof(Edits))]
    public async Task Should_keep_every_acknowledged_record_when_layers_are_flushed(string operation)
    {
        foreach (var flush in (FlushMode[])[FlushMode.FileSystem, FlushMode.Tree])
            Assert.Null(await FaultAsync(Operation(operation), "overlay", flush, losesNames: true));
    }

    /// <summary>So that the test is known to see it.</summary>
    [SkippableTheory]
    [MemberData(nameof(Edits))]
    public async Task Should_lose_the_last_record_when_none_is_flushed(string operation) => Assert.Contains(
        "steps were acknowledged",
        await FaultAsync(Operation(operation), "overlay", FlushMode.None, losesNames: true),
        StringComparison.Ordinal);

    private static CrashOperation Operation(string name) =>
        CrashOperations.All.Single(each => each.Name == name) with { IsLong = false };

    /// <returns>What is wrong afterwards; null for nothing.</returns>
    private Task<string?> FaultAsync(string driver, FlushMode flush, bool losesNames) =>
        FaultAsync(ThreeLayers, driver, flush, losesNames);

    private async Task<string?> FaultAsync(
        CrashOperation operation, string driver, FlushMode flush, bool losesNames)
    {
        Tool.Require(Tool.GoNewest);
        await using var trial = new CrashTrial(_system, operation, new StorageRoot(driver)) { Flush = flush };
        var whole = await trial.PrepareAsync();
        var verdict = new CrashVerdict(_system, trial, whole, Death.PowerCut);
        var crashed = await trial.CrashAsync(
            losesNames ? whole.DurableEffects + 1 : whole.Effects.Count + 1, Death.PowerCut);
        await using (crashed.Root)
            return await verdict.FaultAsync(crashed with { Acknowledged = whole.States.Count - 1 }, goFirst: false);
    }
}
