// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using ActorStorage.Cli.Tests.Conformance;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>What <c>locks</c> says of other processes.</summary>
public sealed class LocksCommandSpec
{
    [Fact]
    public async Task Should_say_of_a_root_that_nobody_has_used_that_it_has_no_locks_and_make_none()
    {
        await using var root = new StorageRoot();
        var outcome = await Tool.Ours.MustAsync(root, "locks");
        Assert.All(outcome.Lines, line => Assert.EndsWith("never used", line, StringComparison.Ordinal));
        Assert.False(File.Exists(root.LayersLock));
    }

    [Fact]
    public async Task Should_name_holders_and_waiters_of_every_kind()
    {
        await using var root = new StorageRoot();
        await Tool.Ours.MustAsync(root, "create-layer", "-i", "one");
        RunningTool waiting;
        await using (var holder = await LockHolder.TakeAsync(root, root.LayersLock))
        {
            waiting = Tool.Ours.Start(root, "create-layer", "-i", "two");
            await LockHolder.SomebodyWaitsAsync(root.LayersLock);

            var plain = await Tool.Ours.MustAsync(root, "locks");
            var json = (await Tool.Ours.MustAsync(root, "locks", "--json")).Output;

            var pid = holder.ProcessId.ToString(CultureInfo.InvariantCulture);
            plain.Says($"layers.lock        exclusive by pid {pid} (/usr/bin/perl").Says("; 1 waiting")
                .Says("images.lock        free");
            using var document = JsonDocument.Parse(json);
            var layers = document.RootElement.EnumerateArray()
                .Single(one => one.GetProperty("path").GetString() == root.LayersLock);
            Assert.Equal(1, layers.GetProperty("waiting").GetInt32());
            var held = Assert.Single(layers.GetProperty("holders").EnumerateArray());
            Assert.Equal(holder.ProcessId, held.GetProperty("pid").GetInt32());
            Assert.Equal("exclusive", held.GetProperty("mode").GetString());
        }
        (await waiting.EndAsync()).Succeeded();
    }

    /// <summary>There the kernel's list of locks names a file by another device than the file does.</summary>
    [SkippableFact]
    public async Task Should_see_who_waits_on_btrfs()
    {
        await using var root = new StorageRoot();
        Directory.CreateDirectory(root.Graph);
        await ReflinkFileSystem.MountOnAsync(root.Graph);
        await Tool.Ours.MustAsync(root, "create-layer", "-i", "one");
        RunningTool waiting;
        await using (await LockHolder.TakeAsync(root, root.LayersLock))
        {
            waiting = Tool.Ours.Start(root, "create-layer", "-i", "two");
            await LockHolder.SomebodyWaitsAsync(root.LayersLock);

            (await Tool.Ours.MustAsync(root, "locks")).Says("; 1 waiting");
        }
        (await waiting.EndAsync()).Succeeded();
    }

    [Fact]
    public async Task Should_go_on_and_tell_what_changes()
    {
        await using var root = new StorageRoot();
        await Tool.Ours.MustAsync(root, "create-layer", "-i", "one");
        var seen = root.File("seen");
        var watching = Command.Start(
            "sh", "-c", $"exec {Tool.Ours.Path} {string.Join(' ', root.GlobalOptions)} locks --watch > {seen}");
        await SawAsync("layers.lock        free");
        await using (await LockHolder.TakeAsync(root, root.LayersLock)) await SawAsync("layers.lock        exclusive");
        await Eventually.TrueAsync(
            () => Seen().TrimEnd().EndsWith("layers.lock        free", StringComparison.Ordinal), "it is free again");
        await watching.KillAsync();

        Task SawAsync(string text) =>
            Eventually.TrueAsync(() => Seen().Contains(text, StringComparison.Ordinal), $"it says {text}");

        string Seen() => File.Exists(seen) ? File.ReadAllText(seen) : "";
    }
}
