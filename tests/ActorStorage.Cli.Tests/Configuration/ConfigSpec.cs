// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Configuration;

/// <summary>The same files mean the same to us as to the newest Go tool.</summary>
public sealed class ConfigSpec
{
    private const string Everything = """
        [storage]
        driver = "vfs"
        driver_priority = ["vfs", "overlay"]
        graphroot = "/tmp/$UID/${HOME}/$NOPE/x/../y"
        runroot = "/proc/self/cwd"
        imagestore = "/tmp/is"
        transient_store = true
        rootless_storage_path = "/rl"
        [storage.options]
        additionalimagestores = ["/a", "/b"]
        additionallayerstores = ["/l:ref"]
        size = "1G"
        mount_program = "/usr/bin/fuse"
        mountopt = "nodev"
        skip_mount_home = "true"
        ignore_chown_errors = "true"
        use_composefs = "true"
        force_mask = 0o755
        root-auto-userns-user = "storage"
        auto-userns-min-size = 2048
        auto-userns-max-size = 65537
        disable-volatile = true
        pull_options = {enable_partial_images = "true", "a<b" = "&"}
        [storage.options.overlay]
        sync = "none"
        mountopt = "nodev,metacopy=on"
        size = "2G"
        inodes = "5"
        force_mask = "0700"
        use_composefs = "false"
        mount_program = "/p"
        ignore_chown_errors = "false"
        skip_mount_home = "false"
        [storage.options.vfs]
        ignore_chown_errors = "true"
        sync = "filesystem"
        [storage.options.btrfs]
        min_space = "1"
        size = "3"
        [storage.options.zfs]
        fsname = "a"
        mountopt = "b"
        size = "c"
        [storage.options.thinpool]
        foo = 1
        """;

    public static TheoryData<string> Files =>
    [
        Everything, "", "driver = 5", "[storage]\ndriver = 5", "[storage]\nDriver = \"x\"",
        "[storage]\ndriver = \"a\"\ndriver = \"b\"", "[storage]\ntransient_store = \"true\"",
        "[storage]\ndriver_priority = \"vfs\"", "[storage]\ndriver_priority = [\"vfs\", 4]",
        "[storage.options]\nforce_mask = \"700\"", "[storage.options]\npull_options = {a = true}",
        "[storage.options]\nauto-userns-min-size = -1", "[storage.options]\nauto-userns-max-size = 4294967296",
        "[storage]\nimagestore = \"/var/lib/containers/storage\"", "[storage.options.pull_options]",
        "[storage]\nstorage.options.size = \"2\"\noptions.size = \"7\"\n[storage.options.overlay]\nsize = \"8\"",
        "[storage.options]\nsize = [1]", "[storage.options]\nsize = {a = 1}",
        "[storage.options]\nsize = 1979-05-27T07:32:00Z",
    ];

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public async Task Should_say_the_same_as_the_go_tool_when_the_environment_names_a_file(string text)
    {
        await using var root = new StorageRoot();
        await File.WriteAllTextAsync(root.File("storage.conf"), text);
        var environment = ("CONTAINERS_STORAGE_CONF", root.File("storage.conf"));
        var expected = await RunAsync(Tool.GoNewest, root, [.. root.GlobalOptions, "config"], environment);
        var actual = await RunAsync(Tool.Ours, root, [.. root.GlobalOptions, "config"], environment);
        Assert.Equal((expected.ExitCode, expected.Output), (actual.ExitCode, actual.Output));
    }

    [SkippableFact]
    public async Task Should_open_the_same_store_as_the_go_tool_when_only_files_say_where_it_is()
    {
        await using var root = new StorageRoot();
        var folder = Path.Combine(root.Directory, ".config", "containers");
        Directory.CreateDirectory(Path.Combine(folder, "storage.conf.d"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "storage.conf"),
            $"[storage]\ndriver = \"vfs\"\ngraphroot = \"{root.Graph}\"\nrunroot = \"/nowhere\"");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "storage.conf.d", "1.conf"),
            $"[storage]\ndriver = \"overlay2\"\nrunroot = \"{root.Run}\"");
        var expected = await RunAsync(Tool.GoNewest, root, ["status"]);
        var actual = await RunAsync(Tool.Ours, root, ["status"]);
        Assert.Equal(FirstLines(expected.Error), FirstLines(actual.Error));
        Assert.Contains("level=warning msg=\"Switching default driver", actual.Error, StringComparison.Ordinal);

        string[] FirstLines(string error) => [.. error.Split('\n').Skip(1).Take(4)];
    }

    [SkippableTheory]
    [InlineData("config", "-g", "{graph}")]
    [InlineData("-R", "{run}", "-g", "{graph}", "-s", "overlay", "config")]
    [InlineData("-s", "overlay", "config")]
    [InlineData("layers", "-h")]
    public async Task Should_fail_like_the_go_tool_when_a_named_file_is_missing(params string[] words)
    {
        await using var root = new StorageRoot();
        var environment = ("CONTAINERS_STORAGE_CONF_OVERRIDE", "/nonexistent");
        string[] arguments = [.. words.Select(word => word.Replace("{graph}", root.Graph, StringComparison.Ordinal)
            .Replace("{run}", root.Run, StringComparison.Ordinal))];
        var expected = await RunAsync(Tool.GoNewest, root, arguments, environment);
        var actual = await RunAsync(Tool.Ours, root, arguments, environment);
        Assert.Equal(expected.ExitCode, actual.ExitCode);
        if (expected.ExitCode == 1) Assert.Equal(expected.Output, actual.Output);
    }

    [SkippableFact]
    public async Task Should_print_the_file_that_is_named_when_one_is()
    {
        await using var root = new StorageRoot();
        await File.WriteAllTextAsync(root.File("own.conf"), "[storage]\nimagestore = \"/own\"");
        var printed = await Tool.Ours.MustAsync(root, "config", root.File("own.conf"));
        Assert.Contains("\"imagestore\":\"/own\"", printed.Output, StringComparison.Ordinal);
        var missing = await Tool.Ours.RunAsync(root, "config", "/nonexistent");
        Assert.Equal((1, "open /nonexistent: no such file or directory\n"), (missing.ExitCode, missing.Error));
    }

    private static Task<Outcome> RunAsync(
        Tool tool, StorageRoot root, string[] arguments, params (string Variable, string Value)[] environment) =>
        RunningTool.Start(tool.Name, tool.Path, arguments, root.Directory, environment).EndAsync();
}
