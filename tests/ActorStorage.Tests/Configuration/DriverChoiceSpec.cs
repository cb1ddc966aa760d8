// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Configuration;

public sealed class DriverChoiceSpec : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("driver-choice-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("overlay")]
    [InlineData("overlay2")]
    [InlineData("")]
    public void Should_choose_overlay_when_it_is_named_or_nothing_is(string named) =>
        Assert.Equal("overlay", Choose(named));

    [Theory]
    [InlineData("btrfs")]
    [InlineData("bogus")]
    public void Should_name_the_driver_when_there_is_no_such(string named)
    {
        var failure = Assert.Throws<StorageException>(() => Choose(named));
        Assert.Equal($"failed to GetDriver graph {named} {_root.FullName}: driver not supported", failure.Message);
    }

    [Fact]
    public void Should_go_by_the_directories_when_no_driver_is_named()
    {
        _root.CreateSubdirectory("btrfs");
        var unsupported = Assert.Throws<StorageException>(() => Choose(""));
        Assert.Equal(StorageErrorKind.NotSupported, unsupported.Kind);
        _root.CreateSubdirectory("overlay");
        var failure = Assert.Throws<StorageException>(() => Choose(""));
        Assert.Contains(
            "contains several valid graphdrivers: overlay, btrfs;", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_stay_with_vfs_only_when_somebody_wants_it()
    {
        _root.CreateSubdirectory("vfs");
        Assert.Equal("overlay", Choose(""));
        Assert.Equal("vfs", Choose("vfs"));
        Assert.Equal("vfs", Choose("", "overlay", "vfs"));
    }

    [Fact]
    public void Should_take_the_first_driver_there_is_when_a_list_is_given() =>
        Assert.Equal("overlay", Choose("", "zfs", "overlay"));

    [Fact]
    public void Should_refuse_when_no_driver_of_the_list_is_there()
    {
        var failure = Assert.Throws<StorageException>(() => Choose("", "zfs", "btrfs"));
        Assert.Equal(StorageErrorKind.NotSupported, failure.Kind);
    }

    private string Choose(string named, params string[] priority) =>
        DriverChoice.Choose(named, priority, _root.FullName);
}
