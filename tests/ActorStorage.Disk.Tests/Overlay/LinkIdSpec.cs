// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Overlay;

namespace ActorStorage.Disk.Tests.Overlay;

public sealed class LinkIdSpec
{
    [Fact]
    public void Should_be_26_letters_of_base_32_and_new_each_time_when_drawn()
    {
        var drawn = Enumerable.Range(0, 1000).Select(_ => LinkId.Random().Value).ToHashSet();

        Assert.Equal(1000, drawn.Count);
        Assert.All(drawn, value => Assert.Matches("^[A-Z2-7]{26}$", value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXY")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXY1")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWX/Y")]
    public void Should_be_refused_when_it_is_no_link_id(string value)
    {
        var refused = Assert.Throws<StorageException>(() => new LinkId(value));

        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }
}
