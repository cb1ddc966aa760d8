// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.BadInput;

/// <summary>Arguments at or beyond the end of what there can be are refused with one line.</summary>
public sealed class BadArgumentSpec
{
    [SkippableTheory]
    [InlineData("error copying \"\" to \"/nowhere\": stat : no such file or directory", "copy", "", "/nowhere")]
    [InlineData("error copying \"/etc/passwd\" to \"\": path:  should be absolute", "copy", "/etc/passwd", "")]
    [InlineData("error copying \"\" to \"\": stat : no such file or directory", "copy", "", "")]
    [InlineData("layer id \"a/b\" contains a separator", "create-layer", "-i", "a/b")]
    [InlineData("layer id \"..\" is not a name", "create-layer", "-i", "..")]
    [InlineData("layer id \".x\" is a name that the store itself uses", "create-layer", "-i", ".x")]
    [InlineData("layer id \"tmp\" is a name that the store itself uses", "create-layer", "-i", "tmp")]
    [InlineData(
        "layer id \"a:b\" contains a character that the lower files cannot hold", "create-layer", "-i", "a:b")]
    [InlineData("--jobs: 1025 is more than 1024", "import-layers", "-j", "1025", "FILE")]
    [InlineData("--jobs: 2000000000 is more than 1024", "import-layers", "-j", "2000000000", "FILE")]
    [InlineData("--jobs: invalid number \"2000000000000\"", "import-layers", "-j", "2000000000000", "FILE")]
    [InlineData("time: invalid duration \"2562048h\"", "check", "-m", "2562048h")]
    [InlineData("time: invalid duration \"9223372036854775807h\"", "check", "-m", "9223372036854775807h")]
    public async Task Should_refuse_with_one_line_when_an_argument_cannot_be(string line, params string[] arguments)
    {
        await using var root = new StorageRoot();
        var outcome = (await Tool.Ours.RunAsync(root, arguments)).Failed();
        Assert.Equal(line + "\n", outcome.Error);
        Assert.Equal("", outcome.Output);
    }

    [SkippableTheory]
    [InlineData("--lock-timeout", "600h", "layers")]
    [InlineData("--lock-timeout", "2562047h", "layers")]
    [InlineData("check", "-m", "2562047h")]
    public async Task Should_take_the_longest_duration_when_there_is_nothing_to_wait_for(params string[] arguments)
    {
        await using var root = new StorageRoot();
        (await Tool.Ours.RunAsync(root, arguments)).Succeeded().SaysNothing();
    }

    /// <summary>No failure of a command, but of whoever took its results.</summary>
    [SkippableFact]
    public async Task Should_refuse_with_one_line_when_the_results_cannot_be_written()
    {
        await using var root = new StorageRoot();
        await Tool.Ours.MustAsync(root, "create-layer");
        var outcome = await Command.RunAsync(
            "sh", ["-c", "exec \"$0\" \"$@\" >/dev/full", Tool.Ours.Path, .. root.GlobalOptions, "layers"]);
        outcome.Failed();
        Assert.Equal("write: No space left on device\n", outcome.Error);
    }
}
