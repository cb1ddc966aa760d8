// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Google.Protobuf;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Messages between machines as protobuf's JSON, for scripts and for people. A message is named as in
/// <see cref="NodeProtocol"/>, and its fields as in node.proto, in camel case.</summary>
public static class NodeJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    /// <summary>Every name that <see cref="Read"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. WireTable.All.Select(entry => entry.Type.Name)];

    public static string NameOf(INodeMessage message) => EntryOf(message).Type.Name;

    public static string Write(INodeMessage message) => Formatter.Format(EntryOf(message).Of(message));

    /// <exception cref="StorageException">Invalid: no such message, or the text is not one.</exception>
    public static INodeMessage Read(string name, string json)
    {
        var entry = WireTable.WithName(name)
            ?? throw new StorageException(StorageErrorKind.Invalid, $"there is no message {Quoted.Text(name)}");
        try
        {
            return entry.From(JsonParser.Default.Parse(json, entry.Descriptor));
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new StorageException(StorageErrorKind.Invalid, $"{name}: {fault.Message}", cause: fault);
        }
    }

    private static WireEntry EntryOf(INodeMessage message) => WireTable.Of(message)
        ?? throw new StorageException(StorageErrorKind.Invalid, $"{message.GetType()} is no message between machines");
}
