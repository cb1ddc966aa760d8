// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

public sealed class BigDataFileSpec
{
    [Theory]
    [InlineData("manifest", "manifest")]
    [InlineData("lower.name0", "lower.name0")]
    [InlineData("manifest-sha256:abc", "=bWFuaWZlc3Qtc2hhMjU2OmFiYw==")]
    [InlineData("aBc", "=YUJj")]
    [InlineData("abC", "abC")]
    [InlineData("manifest-", "manifest-")]
    [InlineData("ab?", "ab?")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("a\U0001f600", "a\U0001f600")]
    [InlineData("\u00e9a", "=w6lh")]
    [InlineData("x/", "x")]
    [InlineData("...", "...")]
    public void Should_name_the_file_as_the_go_tools_do(string key, string file) =>
        Assert.Equal(file, BigDataFile.Name(key));

    [Theory]
    [InlineData("", StorageErrorKind.Invalid)]
    [InlineData(".", StorageErrorKind.Invalid)]
    [InlineData("./", StorageErrorKind.Invalid)]
    [InlineData("/", StorageErrorKind.Invalid)]
    [InlineData("a\0", StorageErrorKind.Invalid)]
    [InlineData("ab?c", StorageErrorKind.Invalid)]
    [InlineData("..", StorageErrorKind.UnsafePath)]
    [InlineData("../", StorageErrorKind.UnsafePath)]
    public void Should_refuse_a_key_when_it_has_no_file_name(string key, StorageErrorKind kind) =>
        Assert.Equal(kind, Assert.Throws<StorageException>(() => BigDataFile.Name(key)).Kind);
}
