// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using ActorStorage.TestKit.Scripts;
using ActorStorage.Tests.Rules;
using Mono.Unix.Native;

namespace ActorStorage.TestKit.Tests.Rules;

/// <summary>What README shows under "Test harness" is compiled and runs: the sample is this class, the script is taken
/// from there.</summary>
public sealed class ReadmeHarnessSpec : Akka.TestKit.Xunit2.TestKit
{
    private const string Self = "tests/ActorStorage.TestKit.Tests/Rules/ReadmeHarnessSpec.cs";
    private const string ScriptBegin = "# hello.script";

    [Fact]
    public async Task Should_run_the_script_as_printed()
    {
        await using var root = await TestRoot.StartAsync(Sys, new() { HasJournal = true });
        var lines = Readme().SkipWhile(line => line != ScriptBegin).TakeWhile(line => line != "```");
        var summary = await root.RunScriptAsync(Script.Parse(string.Join('\n', lines), "README.md"));
        Assert.True(summary is { Sent: > 3, Received: > 3 }, $"{summary}");
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public void Should_show_in_the_readme_what_stands_here()
    {
        var here = File.ReadAllLines(Path.Combine(SourceTree.Root, Self)).Select(line => line.Trim())
            .SkipWhile(line => line != "// The sample begins.").Skip(1)
            .TakeWhile(line => line != "// The sample ends.");
        var shown = Readme().Select(line => line.Trim())
            .SkipWhile(line => line != "public sealed class MyServiceSpec : TestKit").Skip(2)
            .TakeWhile(line => line != "```").SkipLast(1);
        Assert.Equal(here, shown);
    }

    // The sample begins.
    [Fact]
    public async Task Should_put_the_layer_when_the_disk_was_full_for_a_moment()
    {
        await using var root = await TestRoot.StartAsync(Sys);
        var archive = new TarBuilder().Directory("etc/").File("etc/hello", "world").BuildLayer();
        var layer = new PutLayer(new NewLayer { Id = LayerId.Random(), Names = ["base"] }, archive.AsBlob());
        root.Disk.At(FaultPoint.StageWrite).Fail(Errno.ENOSPC);
        await Assert.ThrowsAsync<StorageException>(() => root.Client.PutLayerAsync(layer));
        await root.Client.PutLayerAsync(layer);
        await root.CheckInvariantsAsync();
    }
    // The sample ends.

    private static string[] Readme() => File.ReadAllLines(Path.Combine(SourceTree.Root, "README.md"));
}
