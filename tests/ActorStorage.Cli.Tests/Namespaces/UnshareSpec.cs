// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Namespaces;

public sealed class UnshareSpec
{
    [SkippableFact]
    public async Task Should_be_root_in_another_namespace_when_a_command_is_given()
    {
        await using var root = new StorageRoot();
        var (here, there) = (
            await Command.RunAsync("readlink", "/proc/self/ns/user"),
            await Tool.Ours.MustAsync(root, "unshare", "sh", "-c", "readlink /proc/self/ns/user; id -u"));
        Assert.NotEqual(here.Output.Trim(), there.Output.Split('\n')[0]);
        Assert.Equal("0", there.Output.Split('\n')[1]);
    }

    [SkippableFact]
    public async Task Should_keep_mounts_to_itself_when_the_command_makes_some()
    {
        await using var root = new StorageRoot();
        var inside = await Tool.Ours.MustAsync(
            root, "unshare", "sh", "-c",
            $"mount -t tmpfs x {root.Files} && touch {root.Files}/seen && ls {root.Files}");
        Assert.Equal("seen\n", inside.Output);
        Assert.Empty(Directory.GetFiles(root.Files));
    }

    [SkippableFact]
    public async Task Should_hand_its_input_on_when_the_command_reads_it()
    {
        await using var root = new StorageRoot();
        var fed = await Tool.Ours.FeedAsync(root, "hello"u8.ToArray(), "unshare", "cat");
        Assert.Equal("hello", fed.Output);
    }

    [SkippableTheory]
    [InlineData("exit 7", "exit status 7\n")]
    [InlineData("kill -9 $$", "signal: 9\n")]
    public async Task Should_tell_how_the_command_ended_when_it_failed(string script, string error)
    {
        await using var root = new StorageRoot();
        var failed = await Tool.Ours.RunAsync(root, "unshare", "sh", "-c", script);
        Assert.Equal((1, error), (failed.ExitCode, failed.Error));
    }

    [SkippableFact]
    public async Task Should_say_so_when_there_is_no_such_program()
    {
        await using var root = new StorageRoot();
        var failed = await Tool.Ours.RunAsync(root, "unshare", "no-such-program");
        Assert.Equal(
            (1, "exec: \"no-such-program\": executable file not found in $PATH\n"), (failed.ExitCode, failed.Error));
    }

    [SkippableTheory]
    [InlineData("ours")]
    [InlineData("go-newest")]
    public async Task Should_be_in_a_namespace_unless_told_otherwise_when_the_user_is_not_root(string toolName)
    {
        var tool = Tool.Named(toolName);
        await using var root = new StorageRoot("vfs");
        var nobody = await Nobody.WithAsync(root, tool);
        Task<Outcome> RunAsync(params string[] arguments) => nobody.RunAsync(tool, arguments);

        (await RunAsync("create-layer", "-i", "inside")).Succeeded();
        (await RunAsync("layers", "-q", "--unshare=false")).Succeeded().Says("inside");
        // Without the rights of a namespace's root the directory of a layer cannot be had.
        (await RunAsync("create-layer", "-i", "outside", "--unshare=false")).Failed();
        // In front of the command it does not count.
        string[] inFront = ["--unshare=false", .. root.GlobalOptions, "create-layer", "-i", "inside-too"];
        (await nobody.RunBareAsync(tool, inFront)).Succeeded();
    }

    [SkippableFact]
    public async Task Should_work_on_the_same_store_when_the_option_leads_into_a_namespace()
    {
        await using var root = new StorageRoot();
        var created = await Tool.Ours.MustAsync(root, "create-layer", "--unshare", "--name", "inside");
        var listed = await Tool.Ours.MustAsync(root, "layers");
        Assert.Equal($"{created.Output.Split('\n')[0]}\n\tname: inside\n", listed.Output);
    }
}
