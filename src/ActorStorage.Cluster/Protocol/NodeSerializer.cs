// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Serialization;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace ActorStorage.Cluster.Protocol;

/// <summary>
/// Messages between machines to bytes (node.proto) and back. Its number and the manifests are frozen. What cannot be
/// read becomes <see cref="Unreadable"/>, which the node answers; an exception here would lose it without a word.
/// </summary>
public sealed class NodeSerializer : SerializerWithStringManifest
{
    private readonly WireSettings _settings;

    public NodeSerializer(ExtendedActorSystem system)
        : base(system) => _settings = WireSettings.From(system.Settings.Config);

    public override int Identifier => 7_302_020;

    /// <exception cref="SerializationException">Not one of <see cref="NodeProtocol"/>.</exception>
    public override string Manifest(object o) => EntryOf(o).Manifest;

    /// <exception cref="SerializationException">Not one of <see cref="NodeProtocol"/>, or longer than is
    /// allowed. Akka.Remote logs it and keeps the connection, as it does with no other exception.</exception>
    public override byte[] ToBinary(object obj)
    {
        var wire = EntryOf(obj).Of((INodeMessage)obj);
        return WireLimits.Fault(wire, _settings) is { } fault
            ? throw new SerializationException(fault.Message)
            : wire.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (WireTable.WithManifest(manifest) is not { } entry)
            return new Unreadable(manifest, null, "this version has no such message");
        try
        {
            var wire = entry.Descriptor.Parser.ParseFrom(bytes);
            return WireLimits.Fault(wire, _settings) is { } fault
                ? new Unreadable(manifest, fault, fault.Message)
                : entry.From(wire);
        }
        catch (InvalidProtocolBufferException fault)
        {
            return new Unreadable(manifest, null, fault.Message);
        }
        catch (StorageException fault)
        {
            return new Unreadable(manifest, fault.Error, fault.Message);
        }
    }

    private static WireEntry EntryOf(object message) => WireTable.Of(message)
        ?? throw new SerializationException($"{message.GetType()} is no message between machines");
}
