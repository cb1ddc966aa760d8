// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Namespaces;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Drive;

public sealed class DriveCommandSpec : IAsyncLifetime
{
    private const string Script = """
        archive base small 1
        > EnsureLayer {"layer": {"diffDigest": "${base.digest}", "sources": [{"url": "${base.url}"}]}}
        < EnsureLayerOk {"outcome": "${outcome}"}
        """;

    private readonly StorageRoot _root = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _root.DisposeAsync();

    [Fact]
    public async Task Should_run_a_script_against_a_node_of_its_own()
    {
        var outcome = await DriveAsync(Script, "--set", "outcome=STAGED", "--root", _root.File("kept"));
        var lines = outcome.Succeeded().Lines;
        Assert.StartsWith("> EnsureLayer {", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("< EnsureLayerOk {", lines[1], StringComparison.Ordinal);
        Assert.Equal("1 sent, 1 received, all as expected", lines[2]);
        Assert.Empty(Mounts.Below(_root.File("kept")));
        var layers = await Command.RunAsync(
            Tool.Ours.Path, "-g", _root.File("kept/root"), "-R", _root.File("kept/run"), "layers", "-q");
        Assert.Single(layers.Succeeded().Lines);
    }

    [Fact]
    public async Task Should_fail_at_the_first_reply_that_is_not_the_expected_one()
    {
        var outcome = await DriveAsync(
            """
            > FindMissing
            < FindMissingOk {"missing": ["x"]}
            """,
            "-q");
        outcome.Failed(1).Says("x.script:2: FindMissingOk: missing: expected 1 elements, got nothing");
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("> FindMisssing", new string[0], "x.script:1: there is no message FindMisssing")]
    [InlineData("> FindMissing {\"digests\": [], \"digests\": []}", new string[0], "x.script:1: this is no JSON")]
    [InlineData("", new[] { "--set", "x" }, "is not NAME=VALUE")]
    [InlineData("", new[] { "--set", "a=1", "--set", "a=2" }, "--set: \"a\" is set twice")]
    [InlineData("", new[] { "--against", "somewhere" }, "somewhere is no address such as")]
    [InlineData("", new[] { "--against", "akka.tcp://a@b:1", "--root", "/x" }, "one of them, or none")]
    [InlineData("within 1s\n> Drain\n< DrainOk", new[] { "--against", "akka.tcp://nobody@127.0.0.1:1" },
        "x.script:3: no DrainOk within 1 s")]
    public async Task Should_say_what_is_wrong(string script, string[] options, string words) =>
        (await DriveAsync(script, options)).Failed(1).Says(words);

    [Fact]
    public async Task Should_say_what_is_wrong_with_the_script_also_when_its_root_cannot_end_in_order()
    {
        var mounted = Directory.CreateDirectory(_root.File("kept/mounted")).FullName;
        (await Command.RunAsync("mount", "-t", "tmpfs", "none", mounted)).Succeeded();
        var outcome = await DriveAsync(
            "> FindMissing\n< FindMissingOk {\"missing\": [\"x\"]}", "--root", _root.File("kept"));
        outcome.Failed(1).Says("x.script:2: FindMissingOk: missing: expected 1 elements, got nothing");
        outcome.Says("was still mounted");
        (await Command.RunAsync("umount", mounted)).Succeeded();
    }

    [SkippableFact]
    public async Task Should_run_for_somebody_who_is_not_root()
    {
        await using var root = new StorageRoot("vfs");
        var nobody = await Nobody.WithAsync(root, Tool.Ours);
        var file = root.File("x.script");
        await File.WriteAllTextAsync(file, Script);
        var outcome = await nobody.RunBareAsync(Tool.Ours, "drive", "--set", "outcome=STAGED", file);
        outcome.Succeeded().Says("1 sent, 1 received, all as expected");
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(root.Files));
    }

    private async Task<Outcome> DriveAsync(string script, params string[] options)
    {
        var file = _root.File("x.script");
        await File.WriteAllTextAsync(file, script);
        return await Command.RunAsync(Tool.Ours.Path, ["drive", .. options, file]);
    }
}
