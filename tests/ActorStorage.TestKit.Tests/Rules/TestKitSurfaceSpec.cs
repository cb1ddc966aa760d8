// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Tests.Rules;

namespace ActorStorage.TestKit.Tests.Rules;

public sealed class TestKitSurfaceSpec
{
    [Fact]
    public void Should_offer_what_was_agreed_upon() => FrozenSurface.Check(typeof(TestRoot));
}
