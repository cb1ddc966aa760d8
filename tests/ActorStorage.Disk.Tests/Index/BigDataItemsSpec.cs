// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

public sealed class BigDataItemsSpec
{
    [Fact]
    public void Should_sum_up_to_the_largest_number_when_damaged_sizes_come_to_more()
    {
        var sizes = BigDataItems.Empty.Sizes.Add("a", long.MaxValue).Add("b", 1).Add("c", 1);

        Assert.Equal(long.MaxValue, BigDataItems.Empty.WithSizes(sizes).SizeBytes);
        Assert.Equal(2, BigDataItems.Empty.WithSizes(sizes.Remove("a")).SizeBytes);
    }
}
