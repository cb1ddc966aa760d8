// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Temporary directories whose owner is gone.</summary>
public sealed class StaleDirectoriesSpec
{
    [SkippableTheory]
    [ToolsUnderTest(Drivers = "overlay", InProcesses = true)]
    public Task Should_unmount_and_remove_what_is_stale_when_something_is_mounted_in_it(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            await root.Main.LayerAsync();
            var home = Path.Combine(root.Main.Graph, "overlay");
            Assert.Contains(home, Mounts.Below(home));
            (await Command.RunAsync("umount", home)).Succeeded();
            var (stale, lockFile) = Leave(Path.Combine(home, "tempdirs"));
            (await Command.RunAsync("mount", "-t", "tmpfs", "none", Path.Combine(stale, "merged"))).Succeeded();

            await root.Main.MustAsync("layers");

            AreGone(stale, lockFile);
        });

    [SkippableTheory]
    [ToolsUnderTest(InProcesses = true)]
    public Task Should_remove_what_is_stale_when_it_lies_among_the_records(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            await root.Main.LayerAsync();
            var (stale, lockFile) = Leave(Path.Combine(root.Main.Records("layers"), "tmp"));

            await root.Main.MustAsync("layers");

            AreGone(stale, lockFile);
        });

    /// <summary>What a killed process leaves: a directory, and beside it a lock file that nobody holds.</summary>
    private static (string Directory, string LockFile) Leave(string below)
    {
        var directory = Path.Combine(below, "temp-dir-999999999", "1-layer");
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "merged"));
        var lockFile = Path.Combine(below, "lock-999999999");
        File.WriteAllText(lockFile, "");
        return (directory, lockFile);
    }

    private static void AreGone(string directory, string lockFile)
    {
        Assert.False(Path.Exists(Path.GetDirectoryName(directory)), $"{directory} is still there");
        Assert.False(Path.Exists(lockFile), $"{lockFile} is still there");
    }
}
