// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>Another process holds layers.lock.</summary>
public sealed class HeldLockSpec
{
    [SkippableTheory]
    [InlineData("go-newest", "layers")]
    [InlineData("ours", "layers")]
    [InlineData("go-newest", "create-layer")]
    [InlineData("ours", "create-layer")]
    public async Task Should_wait_and_then_answer_when_the_lock_is_held(string toolName, string command)
    {
        var tool = Tool.Named(toolName);
        await using var root = new StorageRoot();
        await tool.MustAsync(root, "create-layer", "-i", "one");
        RunningTool waiting;
        await using (await LockHolder.TakeAsync(root, root.LayersLock))
        {
            waiting = tool.Start(root, command);
            await LockHolder.SomebodyWaitsAsync(root.LayersLock);
            Assert.True(waiting.IsRunning, "it did not wait for the lock");
        }

        var outcome = (await waiting.EndAsync()).Succeeded();

        Assert.NotEmpty(outcome.Output);
        Assert.Equal(command == "layers" ? 1 : 2, (await LayerList.IdsAsync(tool, root)).Length);
    }

    [SkippableTheory]
    [InlineData("layers")]
    [InlineData("create-layer")]
    public async Task Should_name_the_holder_when_the_wait_for_the_lock_ends(string command)
    {
        await using var root = new StorageRoot();
        await Tool.Ours.MustAsync(root, "create-layer", "-i", "one");
        Outcome outcome;
        int holderId;
        await using (var holder = await LockHolder.TakeAsync(root, root.LayersLock))
        {
            holderId = holder.ProcessId;
            outcome = await Tool.Ours.RunAsync(root, "--lock-timeout", "1s", command);
        }

        outcome.Failed().Says(root.LayersLock).Says(holderId.ToString(CultureInfo.InvariantCulture)).Says("perl");
        Assert.Equal(["one"], await LayerList.IdsAsync(Tool.Ours, root));
        Assert.Equal(["one"], root.LayerDirectories());
    }
}
