// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Tests.Rules;

namespace ActorStorage.Journal.Tests.Rules;

public sealed class JournalSurfaceSpec
{
    [Fact]
    public void Should_offer_what_was_agreed_upon() => FrozenSurface.Check(typeof(JournalActor));
}
