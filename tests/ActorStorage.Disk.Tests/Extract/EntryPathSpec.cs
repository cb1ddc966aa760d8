// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Extract;

namespace ActorStorage.Disk.Tests.Extract;

public sealed class EntryPathSpec
{
    [Theory]
    [InlineData("a", "", "a")]
    [InlineData("a/b/c", "a/b", "c")]
    [InlineData("./a//b/", "a", "b")]
    [InlineData("/a/../../b", "", "b")]
    [InlineData("../../a/./b", "a", "b")]
    [InlineData("a\0\u00ff/b", "a\0\u00ff", "b")]
    [InlineData("...", "", "...")]
    public void Should_lead_below_the_root_whatever_the_name(string name, string parent, string last) =>
        Assert.Equal(new EntryPath(parent, last, IsHere: false), EntryPath.Clean(name));

    [Theory]
    [InlineData("", true)]
    [InlineData(".", true)]
    [InlineData("./", true)]
    [InlineData("a/..", true)]
    [InlineData("/", false)]
    [InlineData("/..", false)]
    [InlineData("..", false)]
    [InlineData("a/../..", false)]
    [InlineData("../a/..", false)]
    public void Should_tell_dot_from_the_root(string name, bool isHere) =>
        Assert.Equal(new EntryPath("", "", isHere), EntryPath.Clean(name));

    [Theory]
    [InlineData("a\0")]
    [InlineData("a\0/../b")]
    [InlineData("\0\0")]
    public void Should_refuse_a_name_that_a_NUL_byte_would_cut_short(string name) =>
        Assert.Equal(StorageErrorKind.UnsafePath, Assert.Throws<StorageException>(() => EntryPath.Clean(name)).Kind);

    [Fact]
    public void Should_refuse_only_what_is_longer_than_a_path_can_be()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('d', 255), 16))[..4094];

        Assert.Equal(longest, EntryPath.Clean("/" + longest).Text);
        Assert.Throws<StorageException>(() => EntryPath.Clean(longest + "d"));
    }
}
