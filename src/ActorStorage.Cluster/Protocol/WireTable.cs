// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Protocol;

/// <summary>Every message that crosses between machines. A manifest is never given to another one.</summary>
internal static class WireTable
{
    public static IReadOnlyList<WireEntry> All { get; } =
    [
        .. EnsureWire.Entries, .. QuestionWire.Entries, .. LeaseWire.Entries, .. RoomWire.Entries,
        .. HistoryWire.Entries, .. AnswerWire.Entries,
    ];

    private static readonly Dictionary<Type, WireEntry> ByType = All.ToDictionary(entry => entry.Type);
    private static readonly Dictionary<string, WireEntry> ByManifest =
        All.ToDictionary(entry => entry.Manifest, StringComparer.Ordinal);
    private static readonly Dictionary<string, WireEntry> ByName =
        All.ToDictionary(entry => entry.Type.Name, StringComparer.Ordinal);

    /// <summary>Null for what is none of them.</summary>
    public static WireEntry? Of(object message) => ByType.GetValueOrDefault(message.GetType());

    public static WireEntry? WithManifest(string manifest) => ByManifest.GetValueOrDefault(manifest);

    public static WireEntry? WithName(string name) => ByName.GetValueOrDefault(name);
}
