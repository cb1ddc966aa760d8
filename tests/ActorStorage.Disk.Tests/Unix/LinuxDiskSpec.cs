// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Unix;

public sealed class LinuxDiskSpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("c", "1 3")]        // /dev/null, which opens
    [InlineData("p", "")]
    public void Should_not_open_a_file_that_does_something_when_it_is_opened(string kind, string numbers)
    {
        string[] arguments = [_directory["node"], kind, .. numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        using (var mknod = Process.Start("/usr/bin/mknod", arguments)) mknod.WaitForExit();
        using var directory = _disk.OpenDirectory(_directory.Path);
        Assert.NotNull(_disk.Status(directory, "node"));

        var named = Assert.Throws<StorageException>(() => _disk.OpenFile(directory, "node"));
        var below = Assert.Throws<StorageException>(() => _disk.OpenFileBelow(directory, "node"));

        Assert.Equal(NativeConvert.FromErrno(Errno.ENXIO), named.Error.Errno);
        Assert.Equal(NativeConvert.FromErrno(Errno.ENXIO), below.Error.Errno);
    }

    [Fact]
    public void Should_follow_a_symbolic_link_only_below_a_root()
    {
        File.WriteAllText(_directory["file"], "12");
        File.CreateSymbolicLink(_directory["link"], "/file");
        using var directory = _disk.OpenDirectory(_directory.Path);

        using var file = _disk.OpenFileBelow(directory, "link");
        var refused = Assert.Throws<StorageException>(() => _disk.OpenFile(directory, "link"));

        Assert.Equal(2, _disk.Status(file).SizeBytes);
        Assert.Equal(StorageErrorKind.UnsafePath, refused.Kind);
    }
}
