// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Staged;

public sealed class TempDirectorySpec : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();

    private string TempRoot => _directory["store/tempdirs"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Should_stand_locked_under_the_names_that_every_engine_knows()
    {
        using var created = TempDirectory.Create(_disk, TempRoot);

        var (temp, lockFile) = Names();
        Assert.Equal(temp["temp-dir-".Length..], lockFile["lock-".Length..]);
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(TempRoot));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode($"{TempRoot}/{temp}"));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode($"{TempRoot}/{lockFile}"));
        Assert.False(IsFree(lockFile));
    }

    [Fact]
    public void Should_leave_nothing_when_disposed()
    {
        var created = TempDirectory.Create(_disk, TempRoot);
        _disk.MakeDirectory(created.Directory, created.NextName("addition"), 0);

        created.Dispose();
        created.Dispose();

        Assert.Empty(Directory.GetFileSystemEntries(TempRoot));
    }

    [Fact]
    public void Should_leave_it_to_the_recovery_when_it_cannot_be_removed()
    {
        var created = TempDirectory.Create(_disk, TempRoot);
        var (temp, lockFile) = Names();
        Directory.Move($"{TempRoot}/{temp}", _directory["moved"]);
        File.WriteAllText($"{TempRoot}/{temp}", "in the way");
        File.Delete($"{TempRoot}/{lockFile}");
        Directory.CreateDirectory($"{TempRoot}/{lockFile}/sub");

        created.Dispose();

        Assert.True(Directory.Exists($"{TempRoot}/{lockFile}/sub"));
        Assert.False(File.Exists($"{TempRoot}/{temp}"));
    }

    [Fact]
    public void Should_give_each_name_once_when_many_threads_ask()
    {
        using var created = TempDirectory.Create(_disk, TempRoot);
        var names = new ConcurrentBag<string>();

        Parallel.For(0, 1000, _ => names.Add(created.NextName("addition")));

        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => $"{i}-addition").Order(StringComparer.Ordinal),
            names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Should_appear_locked_when_the_file_system_has_no_unnamed_files()
    {
        Directory.CreateDirectory(TempRoot);
        using var root = _disk.OpenDirectory(TempRoot);

        using var held = BornLocked.TryRename(_disk, root, "17");

        Assert.NotNull(held);
        Assert.Equal(["lock-17"], _disk.List(root));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode($"{TempRoot}/lock-17"));
        Assert.False(IsFree("lock-17"));
        Assert.Null(BornLocked.TryRename(_disk, root, "17"));
        Assert.Null(BornLocked.TryCreate(_disk, root, "17"));
    }

    /// <summary>
    /// Engines that create the lock file first and lock it then lose a directory when a recovery comes in between: it
    /// locks and unlinks the file, they lock a file without a name, and the next recovery takes their directory.
    /// </summary>
    [Fact]
    public void Should_never_be_lost_when_recovery_runs_in_the_gap_in_which_others_are_not_locked_yet()
    {
        const int Threads = 8;
        const int Rounds = 250;
        var lost = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var recovery = new Thread(() =>
        {
            while (!stop.IsCancellationRequested) lost.AddAll(StaleRecovery.Run(_disk, TempRoot, new Later()));
        });
        var users = Enumerable.Range(0, Threads).Select(_ => new Thread(() => Use(Rounds, lost))).ToList();
        recovery.Start();
        users.ForEach(user => user.Start());

        users.ForEach(user => user.Join());
        stop.Cancel();
        recovery.Join();

        Assert.DoesNotContain(lost, name => name.Contains("temp-dir-", StringComparison.Ordinal));
        StaleRecovery.Run(_disk, TempRoot, new Later());
        Assert.Empty(Directory.GetFileSystemEntries(TempRoot));
    }

    [SkippableFact]
    public void Should_survive_the_go_engine_when_held()
    {
        GoEngine.SkipIfMissing();
        using var engine = new GoEngine(_directory.Path);
        Assert.Equal(0, engine.Run("layers").ExitCode);
        using var inDriver = TempDirectory.Create(_disk, engine.DriverTemp);
        using var inLayers = TempDirectory.Create(_disk, engine.LayersTemp);
        _disk.CreateFile(inDriver.Directory, "kept", 0x180).Dispose();
        _disk.CreateFile(inLayers.Directory, "kept", 0x180).Dispose();

        for (var run = 0; run < 20; run++) Assert.Equal(0, engine.Run("layers").ExitCode);

        Assert.True(File.Exists($"{inDriver.Directory.Path}/kept"));
        Assert.True(File.Exists($"{inLayers.Directory.Path}/kept"));
    }

    private void Use(int rounds, ConcurrentBag<string> lost)
    {
        for (var round = 0; round < rounds; round++)
        {
            using var created = TempDirectory.Create(_disk, TempRoot);
            var name = created.NextName("addition");
            _disk.CreateFile(created.Directory, name, 0x180).Dispose();
            Thread.Yield();
            if (_disk.Status(created.Directory, name) is null) lost.Add(created.Directory.Path);
        }
    }

    private (string Temp, string Lock) Names()
    {
        var names = Directory.GetFileSystemEntries(TempRoot).Select(each => Path.GetFileName(each)).ToList();
        Assert.Equal(2, names.Count);
        return (names.Single(name => name.StartsWith("temp-dir-", StringComparison.Ordinal)),
            names.Single(name => name.StartsWith("lock-", StringComparison.Ordinal)));
    }

    private bool IsFree(string lockFile)
    {
        using var other = FileLock.Open($"{TempRoot}/{lockFile}");
        return other.TryAcquire(LockMode.Shared);
    }
}

/// <summary>A clock an hour ahead, to which nothing on the disk is young.</summary>
internal sealed class Later : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
}

internal static class BagExtensions
{
    internal static void AddAll(this ConcurrentBag<string> bag, IEnumerable<string> names)
    {
        foreach (var name in names) bag.Add(name);
    }
}
