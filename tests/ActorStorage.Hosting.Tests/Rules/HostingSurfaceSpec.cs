// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Hosting;
using ActorStorage.Tests.Rules;

namespace ActorStorage.Hosting.Tests.Rules;

public sealed class HostingSurfaceSpec
{
    [Fact]
    public void Should_offer_what_was_agreed_upon() => FrozenSurface.Check(typeof(StorageHosting));

    [Fact]
    public void Should_offer_what_was_agreed_upon_for_nodes() => FrozenSurface.Check(typeof(NodeHosting));
}
