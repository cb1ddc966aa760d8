// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Stores;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class StoreOptionsSpec
{
    private static readonly StoreOptions Default = new("/default/root", "/default/run", "overlay", ["a=b"]);

    [Fact]
    public void Should_take_every_default_when_nothing_is_given() =>
        Assert.Same(Default, new StoreOptions("", "", "", []).Completed(() => Default));

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

    [Theory]
    [InlineData(null, null, "", new string[0])]
    [InlineData("vfs", "a=b,c=d", "vfs", new[] { "a=b", "c=d" })]
    [InlineData("overlay2", "", "overlay", new string[0])]
    [InlineData("", null, "", new string[0])]
    public void Should_listen_to_the_environment_when_it_speaks(
        string? driver, string? options, string expectedDriver, string[] expectedOptions)
    {
        var loaded = StoreDefaults.Load(name => name switch
        {
            "STORAGE_DRIVER" => driver,
            "STORAGE_OPTS" => options,
            _ => null,
        });
        Assert.Equal(expectedDriver, loaded.Driver);
        Assert.Equal(expectedOptions, loaded.DriverOptions);
    }

    [Theory]
    [InlineData("overlay")]
    [InlineData("overlay2")]
    [InlineData("")]
    public void Should_choose_overlay_when_it_is_named_or_nothing_is(string named) =>
        Assert.Equal("overlay", DriverChoice.Choose(named, "/nonexistent"));

    [Theory]
    [InlineData("vfs")]
    [InlineData("bogus")]
    public void Should_name_the_driver_when_there_is_no_such(string named)
    {
        var failure = Assert.Throws<StorageException>(() => DriverChoice.Choose(named, "/nonexistent"));
        Assert.Equal($"failed to GetDriver graph {named} /nonexistent: driver not supported", failure.Message);
    }

    [Fact]
    public void Should_go_by_the_directories_when_no_driver_is_named()
    {
        var root = Directory.CreateTempSubdirectory("driver-choice-");
        try
        {
            root.CreateSubdirectory("vfs");
            Assert.Equal("overlay", DriverChoice.Choose("", root.FullName));
            root.CreateSubdirectory("btrfs");
            Assert.Throws<StorageException>(() => DriverChoice.Choose("", root.FullName));
            root.CreateSubdirectory("overlay");
            var failure = Assert.Throws<StorageException>(() => DriverChoice.Choose("", root.FullName));
            Assert.Contains(
                "contains several valid graphdrivers: overlay, btrfs;", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
