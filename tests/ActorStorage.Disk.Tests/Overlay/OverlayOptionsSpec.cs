// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Overlay;

namespace ActorStorage.Disk.Tests.Overlay;

public sealed class OverlayOptionsSpec
{
    [Fact]
    public void Should_take_the_last_value_when_an_option_is_repeated()
    {
        var options = OverlayOptions.Parse(
            [".mountopt=ro", "OVERLAY.MountOpt=nodev,metacopy=on", "skip_mount_home=T", "overlay2.sync=filesystem"]);

        Assert.Equal(["nodev", "metacopy=on"], options.MountOptions);
        Assert.True(options.SkipMountHome);
        Assert.True(options.SyncFileSystem);
    }

    [Theory]
    [InlineData("vfs.anything=1")]
    [InlineData("btrfs.min_space=1")]
    [InlineData("overlay.override_kernel_check=x")]
    [InlineData("overlay.use_composefs=false")]
    [InlineData("overlay.ignore_chown_errors=0")]
    [InlineData("overlay.mount_program=")]
    [InlineData("overlay.imagestore=")]
    [InlineData("overlay.mountopt=")]
    [InlineData("overlay.sync=none")]
    public void Should_change_nothing_when_an_option_is_for_others_or_off(string option)
    {
        var options = OverlayOptions.Parse([option]);

        Assert.Empty(options.MountOptions);
        Assert.False(options.SkipMountHome || options.SyncFileSystem);
    }

    [Theory]
    [InlineData("bogus", "unable to parse key/value option: bogus")]
    [InlineData("overlay.bogus=1", "unknown option \"bogus\" (\"overlay.bogus=1\")")]
    [InlineData("overlay.x.y=1", "unknown option \"x.y\" (\"overlay.x.y=1\")")]
    [InlineData("foo.x=1", "unknown driver \"foo\" in option \"foo.x=1\"")]
    [InlineData("overlay.skip_mount_home=maybe", "strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("overlay.ignore_chown_errors=maybe", "strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("overlay.force_mask=", "strconv.ParseInt: parsing \"\": invalid syntax")]
    [InlineData("overlay.force_mask=bogus", "strconv.ParseInt: parsing \"bogus\": invalid syntax")]
    [InlineData("overlay.force_mask=20000000000", "strconv.ParseInt: parsing \"20000000000\": value out of range")]
    [InlineData("overlay.force_mask=-755", "\"overlay.force_mask=-755\" is no mode")]
    [InlineData("overlay.force_mask=10755", "\"overlay.force_mask=10755\" is no mode")]
    [InlineData("imagestore=rel", "overlay: image path \"rel\" is not absolute.  Can not be relative")]
    [InlineData("overlay.sync=no", "invalid sync mode for overlay driver: invalid sync mode: \"no\"")]
    public void Should_use_the_Go_words_when_an_option_makes_no_sense(string option, string message)
    {
        var refused = Assert.Throws<StorageException>(() => OverlayOptions.Parse([option]));

        Assert.Equal((StorageErrorKind.Invalid, message), (refused.Kind, refused.Message));
    }

    [Theory]
    [InlineData("overlay.force_mask=shared", 0x1ed)]
    [InlineData("force_mask=private", 0x1c0)]
    [InlineData("overlay.force_mask=0711", 0x1c9)]
    [InlineData("overlay.force_mask=+7777", 0x1ff)]
    [InlineData("overlay.force_mask=0", 0)]
    public void Should_take_the_permissions_alone_when_a_mask_is_forced(string option, uint mask) =>
        Assert.Equal(mask, OverlayOptions.Parse([option]).ForceMask);

    [Fact]
    public void Should_add_up_image_stores_when_several_are_named()
    {
        var options = OverlayOptions.Parse(
            ["imagestore=/srv/a,/srv/b/", "overlay.additionalimagestore=/srv/c", "overlay.ignore_chown_errors=true"]);

        Assert.Equal(["/srv/a", "/srv/b", "/srv/c"], options.ImageStores);
        Assert.True(options.IgnoreChownErrors);
    }

    [Theory]
    [InlineData("/usr/../none", "overlay: can't stat imageStore dir /none: stat /none: no such file or directory")]
    [InlineData("/etc/passwd", "overlay: image path \"/etc/passwd\" must be a directory")]
    public void Should_refuse_to_open_when_an_image_store_is_no_directory(string store, string message)
    {
        using var root = new OverlayRoot();

        var refused = Assert.Throws<StorageException>(() => root.Open($"overlay.imagestore={store}"));

        Assert.Equal(message, refused.Message);
        Assert.False(Directory.Exists(root.Paths.GraphRoot));
    }

    [Theory]
    [InlineData("overlay.mount_program=/usr/bin/fuse-overlayfs")]
    [InlineData("overlay.size=10G")]
    [InlineData("overlay.use_composefs=true")]
    public void Should_name_the_option_when_it_is_not_supported_yet(string option)
    {
        var refused = Assert.Throws<StorageException>(() => OverlayOptions.Parse([option]));

        Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
    }
}
