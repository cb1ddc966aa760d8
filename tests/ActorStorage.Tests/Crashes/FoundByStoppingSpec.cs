// SPDX-License-Identifier: Apache-2.0
using Xunit.Abstractions;

namespace ActorStorage.Tests.Crashes;

/// <summary>Stops that have shown a fault, by the name of the rename that does not happen any more.</summary>
public sealed class FoundByStoppingSpec(ITestOutputHelper output) : IDisposable
{
    private readonly CrashSweep _sweep = new(output);

    public void Dispose() => _sweep.Dispose();

    [SkippableTheory]
    [InlineData("edit an image", "images.json")]
    [InlineData("edit a container", "containers.json")]
    public async Task Should_record_an_item_as_it_is_when_it_was_replaced_and_the_index_was_not(
        string operation, string index)
    {
        await using var trial = _sweep.Begin(operation, "overlay", Death.Killed);
        await _sweep.StopBeforeRenameAsync(trial, index, n: 2);
    }

    [SkippableTheory]
    [InlineData("overlay", "overlay/top")]
    [InlineData("overlay", "top.tar-split.gz")]
    [InlineData("overlay", "layers.json")]
    [InlineData("vfs", "dir/top")]
    [InlineData("vfs", "top.tar-split.gz")]
    [InlineData("vfs", "layers.json")]
    public async Task Should_leave_neither_a_short_name_nor_an_archive_without_a_layer(string driver, string name)
    {
        await using var trial = _sweep.Begin("put a layer on another", driver, Death.Killed);
        await _sweep.StopBeforeRenameAsync(trial, name, n: 1);
    }
}
