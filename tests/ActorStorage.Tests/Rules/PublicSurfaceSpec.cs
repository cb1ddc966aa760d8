// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Tests.Rules;

public sealed class PublicSurfaceSpec
{
    [Theory]
    [InlineData(typeof(LayerId))]
    [InlineData(typeof(StorageEngine))]
    public void Should_offer_what_was_agreed_upon(Type inAssembly) => FrozenSurface.Check(inAssembly);
}
