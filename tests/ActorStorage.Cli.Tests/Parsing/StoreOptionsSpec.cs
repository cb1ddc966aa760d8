// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Stores;
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class StoreOptionsSpec
{
    private static readonly StorageConf Default = new("/default/root", "/default/run")
    {
        Driver = "overlay", DriverOptions = ["a=b"], ImageStore = "/default/images", TransientStore = true,
    };

    [Fact]
    public void Should_take_every_default_when_nothing_is_given()
    {
        var completed = new StoreOptions("", "", "", []).Completed(() => Default);
        Assert.Equal(("/default/root", "/default/images", true),
            (completed.GraphRoot, completed.ImageStore, completed.TransientStore));
        Assert.Same(Default, completed.Conf);
    }

    [Fact]
    public void Should_refuse_when_images_are_to_lie_apart_in_the_same_place()
    {
        var options = new StoreOptions("/g", "/r", "", []) { ImageStore = "/x/../g/" };
        var failure = Assert.Throws<StorageException>(() => options.Completed(() => Default));
        Assert.Equal("imagestore /g must either be not set or be different than graphroot", failure.Message);
    }

    [Fact]
    public void Should_take_only_the_other_root_from_the_defaults_when_one_is_given()
    {
        var completed = new StoreOptions("/g", "", "", []).Completed(() => Default);
        Assert.Equal(("/g", "/default/run", ""), (completed.GraphRoot, completed.RunRoot, completed.Driver));
        Assert.Empty(completed.DriverOptions);
        Assert.Equal("/default/root", new StoreOptions("", "/r", "", []).Completed(() => Default).GraphRoot);
    }

    [Fact]
    public void Should_make_roots_absolute_when_they_are_relative()
    {
        var completed = new StoreOptions("g", "./r/", "overlay", []).Completed(() => Default);
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "g"), completed.GraphRoot);
        Assert.StartsWith("/", completed.RunRoot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overlay", "")]
    [InlineData("", "x=1")]
    public void Should_refuse_when_options_are_given_but_no_root(string driver, string option)
    {
        var options = new StoreOptions("", "", driver, option.Length > 0 ? [option] : []);
        var failure = Assert.Throws<StorageException>(() => options.Completed(() => Default));
        Assert.Equal(
            "no storage runroot or graphroot specified: missing necessary StoreOptions", failure.Message);
    }
}
