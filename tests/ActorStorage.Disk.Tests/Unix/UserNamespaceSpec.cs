// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Unix;

public sealed class UserNamespaceSpec
{
    [Theory]
    [InlineData("         0          0 4294967295\n", true)]
    [InlineData("         0       1000          1\n", false)]
    [InlineData("         0       1000          1\n         1     100000      65536\n", false)]
    [InlineData("", false)]
    public void Should_take_only_the_map_of_everything_for_the_initial_namespace(string map, bool isInitial) =>
        Assert.Equal(isInitial, UserNamespace.MapsEverything(map));
}
