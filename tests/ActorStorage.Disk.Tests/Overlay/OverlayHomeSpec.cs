// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Overlay;

public sealed class OverlayHomeSpec : IDisposable
{
    private readonly OverlayRoot _root = new();

    public void Dispose() => _root.Dispose();

    [SkippableFact]
    public void Should_make_what_the_Go_tool_makes_when_opened()
    {
        using var theirs = new OverlayRoot();
        theirs.Go("version");
        theirs.Go("layers");

        _root.Open().Dispose();

        Assert.Equal(theirs.Listing(), _root.Listing());
        Assert.Equal("false", File.ReadAllText(_root["overlay/.has-mount-program"]));
    }

    [SkippableFact]
    public void Should_change_nothing_when_the_Go_tool_was_there_first()
    {
        _root.Go("version");
        _root.GoLayer();
        File.SetUnixFileMode(_root["overlay-images"], UnixFileMode.UserRead);
        var before = _root.Listing();

        _root.Open().Dispose();

        Assert.Equal(before, _root.Listing());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x3f)]      // 077
    public void Should_give_the_same_modes_when_the_umask_is_unusual(uint umask)
    {
        using var usual = new OverlayRoot("a/b/root");
        using var unusual = new OverlayRoot("a/b/root");

        WithUmask(0x12, () => Fill(usual));
        WithUmask(umask, () => Fill(unusual));

        Assert.Equal(Modes(usual), Modes(unusual));

        static void Fill(OverlayRoot root)
        {
            using var home = root.Open();
            OverlayRoot.Add(home, OverlayRoot.Add(home, null));
        }

        // Names of layers and links are random and long: only what comes behind tells something.
        static string[] Modes(OverlayRoot root) =>
            [.. root.Listing().Split('\n').Select(line => line[(line.LastIndexOf('/') + 1)..])
                .Select(line => string.Join(' ', line.Split(' ').SkipWhile(word => word.Length > 25))).Order()];
    }

    [Fact]
    public void Should_mount_the_home_on_itself_and_privately_when_opened()
    {
        using var home = _root.Open();

        var line = OverlayRoot.MountLine(_root.Paths.DriverHome);
        Assert.NotNull(line);
        Assert.DoesNotContain("shared:", line, StringComparison.Ordinal);
        _root.Open().Dispose();
        Assert.Single(
            File.ReadLines("/proc/self/mountinfo"),
            mount => mount.Contains(_root.Paths.DriverHome, StringComparison.Ordinal));

        home.UnmountHome();
        Assert.Null(OverlayRoot.MountLine(_root.Paths.DriverHome));
        home.UnmountHome();
        home.EnsureHomeMounted();
        Assert.NotNull(OverlayRoot.MountLine(_root.Paths.DriverHome));
    }

    [Fact]
    public void Should_stay_mounted_when_somebody_fills_a_partial_layer()
    {
        using var home = _root.Open();
        using (var held = FileLock.Open(_root["overlay/staging/partial/staging.lock"]))
        {
            held.Acquire(LockMode.Exclusive);
            home.UnmountHome();
            Assert.NotNull(OverlayRoot.MountLine(_root.Paths.DriverHome));
        }

        home.UnmountHome();
        Assert.Null(OverlayRoot.MountLine(_root.Paths.DriverHome));
    }

    [Fact]
    public void Should_leave_the_home_alone_when_told_to_skip_its_mount()
    {
        using var home = _root.Open("overlay.skip_mount_home=true");
        home.EnsureHomeMounted();

        Assert.Null(OverlayRoot.MountLine(_root.Paths.DriverHome));
    }

    [Fact]
    public void Should_recover_before_the_home_is_mounted_when_asked_to()
    {
        bool? wasMounted = null;
        using var home = OverlayHome.Open(
            OverlayRoot.Disk, _root.Paths, OverlayOptions.Default,
            () => wasMounted = OverlayRoot.Disk.IsMountPoint(_root.Paths.DriverHome));

        Assert.False(wasMounted);
    }

    [SkippableFact]
    public void Should_still_rename_inside_the_home_when_the_Go_tool_mounted_it_anew()
    {
        using var home = _root.Open();
        OverlayRoot.Disk.MakeDirectory(home.Directory, "before", 0x1ff);
        using var before = OverlayRoot.Disk.OpenDirectory(home.Directory, "before");
        OverlayRoot.Disk.MakeDirectory(before, "staged", 0x1ff);

        _root.Go("shutdown");
        Assert.Null(OverlayRoot.MountLine(_root.Paths.DriverHome));
        Directory.CreateDirectory(_root["overlay/between/staged"]);
        _root.Go("layers");
        Assert.NotNull(OverlayRoot.MountLine(_root.Paths.DriverHome));
        Directory.CreateDirectory(_root["overlay/after/staged"]);

        OverlayRoot.Disk.Rename(before, "staged", home.Directory, "first");
        using var between = OverlayRoot.Reopen(home, _root["overlay/between"]);
        OverlayRoot.Disk.Rename(between, "staged", home.Directory, "second");
        using var after = OverlayRoot.Reopen(home, _root["overlay/after"]);
        OverlayRoot.Disk.Rename(after, "staged", home.Directory, "third");

        Assert.All(["first", "second", "third"], name => Assert.True(Directory.Exists(_root[$"overlay/{name}"])));
    }

    [Fact]
    public void Should_not_keep_others_from_unmounting_when_open()
    {
        using var home = _root.Open();

        OverlayRoot.Execute("/bin/umount", [_root.Paths.DriverHome]);

        Assert.Null(OverlayRoot.MountLine(_root.Paths.DriverHome));
        Assert.NotNull(OverlayRoot.Disk.Status(home.Directory, "l"));
    }

    [Theory]
    [InlineData("layer/diff/etc/.wh.passwd", "true")]
    [InlineData("layer/diff/etc/wh.passwd", "false")]
    public void Should_search_the_home_when_nobody_noted_whether_a_FUSE_program_was_used(string file, string expected)
    {
        _root.Open().Dispose();
        var path = _root[$"overlay/{file}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        File.WriteAllText(_root["overlay/.has-mount-program"], "");

        // Refused only where the FUSE program is installed, as the Go tools would use it then.
        try
        {
            _root.Open().Dispose();
        }
        catch (StorageException refused)
        {
            Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
        }

        Assert.Equal(expected, File.ReadAllText(_root["overlay/.has-mount-program"]));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_root["overlay/.has-mount-program"]));
    }

    [Fact]
    public void Should_refuse_when_others_found_that_overlay_does_not_work()
    {
        _root.Open().Dispose();
        File.WriteAllText($"{_root.Paths.DriverRun}/overlay-false", "kernel does not support overlay");

        var refused = Assert.Throws<StorageException>(() => _root.Open());
        Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
        Assert.Equal("kernel does not support overlay", refused.Message);

        File.WriteAllText($"{_root.Paths.DriverRun}/overlay-true", "");
        _root.Open().Dispose();
    }

    /// <summary>The umask belongs to what a thread can have for itself, like the working directory.</summary>
    private static void WithUmask(uint umask, Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Xunit.Record.Exception(() =>
        {
            Assert.Equal(0, NativeMethods.Unshare(NativeMethods.UnshareWorkingDirectory));
            Syscall.umask((FilePermissions)umask);
            action();
        }));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
