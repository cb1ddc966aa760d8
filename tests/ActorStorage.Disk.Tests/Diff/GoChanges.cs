// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Mono.Unix;

namespace ActorStorage.Disk.Tests.Diff;

/// <summary>Lists of changes as sorted text. The other engine's JSON cannot hold what is not UTF-8.</summary>
internal static class GoChanges
{
    internal static string[] Parse(string[] lines) => JsonDocument.Parse(string.Concat(lines)).RootElement is var root
        && root.ValueKind == JsonValueKind.Array
        ? Sorted(root.EnumerateArray().Select(
            each => $"{(LayerChangeKind)each.GetProperty("Kind").GetInt32()} {each.GetProperty("Path").GetString()}"))
        : [];

    internal static string[] Of(IReadOnlyList<LayerChange> changes) => Sorted(changes.Select(
        each => $"{each.Kind} {Encoding.UTF8.GetString(UnixEncoding.Instance.GetBytes(each.Path))}"));

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
