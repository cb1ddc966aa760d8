// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Tests.Configuration;

public sealed class IdMapTextSpec
{
    [Fact]
    public void Should_read_every_range_when_several_are_joined()
    {
        Assert.Equal(
            [new IdMap(0, 1000, 10), new IdMap(20, 4294836224, 4294967295)],
            IdMapText.Parse("0:1000:10:20:4294836224:4294967295", "uid").ToArray());
        Assert.Empty(IdMapText.Parse("", "uid"));
    }

    [Theory]
    [InlineData("0:1")]
    [InlineData("0:1:2:3")]
    [InlineData("0:1:-1")]
    [InlineData("0:1:4294967296")]
    [InlineData("0:0: 5")]
    [InlineData("+0:0:5")]
    [InlineData("0:0:5:")]
    public void Should_show_the_text_when_it_is_malformed(string text)
    {
        var failure = Assert.Throws<StorageException>(() => IdMapText.Parse(text, "gid"));
        Assert.Equal(
            "initializing ID mappings: gid setting is malformed expected [\"uint32:uint32:uint32\"]: "
                + $"[\"{text}\"]",
            failure.Message);
    }
}
