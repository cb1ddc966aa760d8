// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Tests.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Staged;

public sealed class StaleRecoverySpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();

    private string TempRoot => _directory["tempdirs"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Should_remove_what_nobody_holds_and_nothing_else()
    {
        Stale("1");
        Directory.CreateDirectory($"{TempRoot}/temp-dir-2/sub");
        Directory.CreateDirectory($"{TempRoot}/other");
        File.WriteAllText($"{TempRoot}/unborn-3", "");
        using var held = TempDirectory.Create(_disk, TempRoot);

        var removed = StaleRecovery.Run(_disk, TempRoot);

        Assert.Equal(["temp-dir-1", "temp-dir-2"], removed);
        Assert.Equal(
            ["lock-", "other", "temp-dir-", "unborn-3"],
            Entries().Select(name => name.StartsWith("unborn", StringComparison.Ordinal) ? name : name.TrimEnd(
                '0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));
        Assert.Empty(StaleRecovery.Run(_disk, TempRoot));
    }

    [Fact]
    public void Should_find_nothing_when_there_is_no_temp_root() => Assert.Empty(StaleRecovery.Run(_disk, TempRoot));

    [Fact]
    public void Should_leave_a_lone_lock_file_to_its_engine_until_it_is_old()
    {
        Directory.CreateDirectory(TempRoot);
        File.WriteAllText($"{TempRoot}/lock-1", "");

        Assert.Empty(StaleRecovery.Run(_disk, TempRoot));
        Assert.Equal(["lock-1"], StaleRecovery.Run(_disk, TempRoot, new Later()));
        Assert.Empty(Entries());
    }

    [Fact]
    public void Should_try_all_others_when_one_cannot_be_removed()
    {
        Directory.CreateDirectory($"{TempRoot}/lock-1");
        Directory.CreateDirectory($"{TempRoot}/temp-dir-1");
        Stale("2");

        var failure = Assert.Throws<StorageException>(() => StaleRecovery.Run(_disk, TempRoot));

        Assert.Equal($"{TempRoot}/lock-1", failure.Error.Path);
        Assert.Equal(["lock-1", "temp-dir-1"], Entries());
    }

    [Fact]
    public void Should_detach_what_is_mounted_and_leave_its_content()
    {
        Stale("1");
        var (bound, memory) = ($"{TempRoot}/temp-dir-1/bound", $"{TempRoot}/temp-dir-1/memory");
        Directory.CreateDirectory(bound);
        Directory.CreateDirectory(memory);
        Directory.CreateDirectory(_directory["outside"]);
        File.WriteAllText(_directory["outside/canary"], "sings");
        _disk.BindMount(_directory["outside"], bound);
        Assert.Equal(0, NativeMethods.Mount("tmpfs", memory, "tmpfs", 0, null));
        Directory.CreateDirectory($"{memory}/deeper");
        Assert.Equal(0, NativeMethods.Mount("tmpfs", $"{memory}/deeper", "tmpfs", 0, null));

        var removed = StaleRecovery.Run(_disk, TempRoot);

        Assert.Equal(["temp-dir-1"], removed);
        Assert.Equal("sings", File.ReadAllText(_directory["outside/canary"]));
        Assert.DoesNotContain(_directory.Path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Should_have_its_stale_directories_removed_by_the_go_engine()
    {
        GoEngine.SkipIfMissing();
        using var engine = new GoEngine(_directory.Path);
        // A store without any layer is not looked through.
        File.WriteAllBytes(_directory["archive"], new TestArchive().File("f").ToArray());
        Assert.Equal(0, engine.Run("import-layer", "-f", _directory["archive"]).ExitCode);
        Stale("1", engine.DriverTemp);
        Stale("2", engine.LayersTemp);

        Assert.Equal(0, engine.Run("layers").ExitCode);

        Assert.Empty(Directory.GetFileSystemEntries(engine.DriverTemp));
        Assert.Empty(Directory.GetFileSystemEntries(engine.LayersTemp));
    }

    [SkippableFact]
    public void Should_remove_what_a_killed_go_engine_left()
    {
        GoEngine.SkipIfMissing();
        using var engine = new GoEngine(_directory.Path);
        using (var import = engine.Start("import-layer"))
        {
            FeedForever(import.StandardInput.BaseStream);
            Assert.Empty(StaleRecovery.Run(_disk, engine.DriverTemp));
            Assert.Empty(StaleRecovery.Run(_disk, engine.LayersTemp));
            import.Kill(entireProcessTree: true);
            import.WaitForExit();
        }

        var removed = StaleRecovery.Run(_disk, engine.DriverTemp).Concat(StaleRecovery.Run(_disk, engine.LayersTemp));

        Assert.Equal(2, removed.Count(name => name.StartsWith("temp-dir-", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFileSystemEntries(engine.DriverTemp));
        Assert.Empty(Directory.GetFileSystemEntries(engine.LayersTemp));
    }

    /// <summary>More than all pipes hold, so that the engine has begun to unpack when the last write returns.</summary>
    private static void FeedForever(Stream input)
    {
        var archive = new TestArchive();
        for (var i = 0; i < 200; i++) archive.File($"d/{i}", new string('x', 100_000));
        var bytes = archive.ToArray();
        input.Write(bytes, 0, bytes.Length - 1024);
        input.Flush();
    }

    private void Stale(string instance, string? tempRoot = null)
    {
        var directory = $"{tempRoot ?? TempRoot}/temp-dir-{instance}";
        Directory.CreateDirectory($"{directory}/0-addition/sub");
        File.WriteAllBytes($"{directory}/0-addition/file", Encoding.ASCII.GetBytes("content"));
        File.WriteAllText($"{tempRoot ?? TempRoot}/lock-{instance}", "");
    }

    private List<string> Entries() => Directory.GetFileSystemEntries(TempRoot)
        .Select(each => Path.GetFileName(each)).Order(StringComparer.Ordinal).ToList();
}
