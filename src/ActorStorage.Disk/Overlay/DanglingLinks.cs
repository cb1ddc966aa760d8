// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>Short names, <c>l/X</c>, of layers that have no directory any more.</summary>
internal static class DanglingLinks
{
    private const string Links = "l";

    /// <summary>The caller holds layers.lock: whoever makes a layer makes its link and its directory in one
    /// hold.</summary>
    internal static IEnumerable<LinkId> In(IDisk disk, DirectoryHandle home)
    {
        if (disk.Status(home, Links) is not { IsDirectory: true }) yield break;
        using var links = disk.OpenDirectory(home, Links);
        foreach (var name in disk.List(links).Order(StringComparer.Ordinal))
        {
            if (LinkId.IsPossible(name) && IsDangling(disk, home, links, name)) yield return new LinkId(name);
        }
    }

    /// <summary>Only what is certainly a link of this engine or of the Go tools: <c>../ID/diff</c>.</summary>
    private static bool IsDangling(IDisk disk, DirectoryHandle home, DirectoryHandle links, string name) =>
        disk.Status(links, name) is { Kind: FileKind.Symlink }
        && disk.ReadLink(links, name).Split('/') is ["..", var layer, LayerDirectory.Diff]
        && RecordId.Fault(layer) is null
        && disk.Status(home, layer) is null;
}
