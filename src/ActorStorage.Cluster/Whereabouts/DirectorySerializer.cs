// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Serialization;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Whereabouts.Wire;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Messages of the directory to bytes (directory.proto) and back. Its number and the manifests are frozen.
/// What cannot be read becomes <see cref="Unreadable"/>, as <see cref="NodeSerializer"/> has it.</summary>
internal sealed class DirectorySerializer : SerializerWithStringManifest
{
    private static readonly (string Manifest, Type Type, MessageParser Parser)[] Table =
    [
        ("da1", typeof(Announce), Announce.Parser),
        ("ds1", typeof(Summarize), Summarize.Parser),
        ("dq1", typeof(AskForAll), AskForAll.Parser),
        ("dl1", typeof(AnnounceAll), AnnounceAll.Parser),
        ("df1", typeof(FindHolders), FindHolders.Parser),
        ("dfo1", typeof(FindHoldersOk), FindHoldersOk.Parser),
        ("dc1", typeof(ClaimKey), ClaimKey.Parser),
        ("dco1", typeof(ClaimKeyOk), ClaimKeyOk.Parser),
        ("dx1", typeof(ReleaseKey), ReleaseKey.Parser),
    ];

    private static readonly Dictionary<Type, string> Manifests =
        Table.ToDictionary(row => row.Type, row => row.Manifest);
    private static readonly Dictionary<string, MessageParser> Parsers =
        Table.ToDictionary(row => row.Manifest, row => row.Parser, StringComparer.Ordinal);
    private readonly WireSettings _settings;

    public DirectorySerializer(ExtendedActorSystem system)
        : base(system) => _settings = WireSettings.From(system.Settings.Config);

    public override int Identifier => 7_302_021;

    /// <exception cref="SerializationException">Not a message of the directory.</exception>
    public override string Manifest(object o) => Manifests.TryGetValue(o.GetType(), out var manifest)
        ? manifest
        : throw new SerializationException($"{o.GetType()} is no message of the directory");

    /// <exception cref="SerializationException">Not a message of the directory, or longer than one may be.</exception>
    public override byte[] ToBinary(object obj)
    {
        Manifest(obj);
        var bytes = ((IMessage)obj).ToByteArray();
        return bytes.Length <= _settings.MessageSizeMax
            ? bytes
            : throw new SerializationException(
                $"{obj.GetType().Name} has {bytes.Length} bytes; a message may have {_settings.MessageSizeMax}");
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Parsers.TryGetValue(manifest, out var parser))
            return new Unreadable(manifest, null, "this version has no such message");
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException fault)
        {
            return new Unreadable(manifest, null, fault.Message);
        }
    }
}
