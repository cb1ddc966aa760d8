// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using Akka.Actor;
using Akka.Serialization;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>That of a later version, which has one message more.</summary>
public sealed class LaterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string Configuration = """
        akka.actor.serializers.actor-storage-wire =
          "ActorStorage.Cluster.Tests.Node.LaterSerializer, ActorStorage.Cluster.Tests"
        """;

    private readonly NodeSerializer _today = new(system);

    public override int Identifier => _today.Identifier;

    public override string Manifest(object o) => o is LaterRequest ? "lr9" : _today.Manifest(o);

    public override byte[] ToBinary(object obj) => obj is LaterRequest ? [0x0a, 0x00] : _today.ToBinary(obj);

    public override object FromBinary(byte[] bytes, string manifest) => _today.FromBinary(bytes, manifest);
}

public sealed record LaterRequest : INodeMessage;
