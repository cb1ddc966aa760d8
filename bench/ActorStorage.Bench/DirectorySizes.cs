// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using Akka.Actor;
using Akka.Serialization;

namespace ActorStorage.Bench;

/// <summary>The serializer of the directory, which notes the largest message that it has written.</summary>
public sealed class DirectorySizes : SerializerWithStringManifest
{
    private static int _largest;
    private readonly DirectorySerializer _serializer;

    public DirectorySizes(ExtendedActorSystem system)
        : base(system) => _serializer = new DirectorySerializer(system);

    public static int Largest => _largest;

    public override int Identifier => _serializer.Identifier;

    public override string Manifest(object o) => _serializer.Manifest(o);

    public override byte[] ToBinary(object obj)
    {
        var bytes = _serializer.ToBinary(obj);
        for (var seen = _largest; bytes.Length > seen; seen = _largest)
            Interlocked.CompareExchange(ref _largest, bytes.Length, seen);
        return bytes;
    }

    public override object FromBinary(byte[] bytes, string manifest) => _serializer.FromBinary(bytes, manifest);
}
