// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>
/// Mounts of layers that have no place in the tree: mounted where nobody looks, opened, and detached at once. What is
/// open keeps the mount alive.
/// </summary>
internal static class OverlayView
{
    private const uint PrivateMode = 0x1c0;     // 0700

    internal static DirectoryHandle Open(
        OverlayHome home, LayerContent content, IReadOnlyList<string> options, TempDirectory scratch)
    {
        var disk = home.Disk;
        var name = scratch.NextName("view");
        disk.MakeDirectory(scratch.Directory, name, PrivateMode);
        var path = $"{scratch.Directory.Path}/{name}";
        try
        {
            // The kernel wants two directories when nothing can be changed.
            List<string> lowers = [.. content.Own, .. content.Below];
            if (lowers.Count == 1) lowers.Add($"{Path.GetDirectoryName(lowers[0])}/empty");
            disk.MountOverlay(new OverlayStack(lowers, null, null, options), path, MountFlags.ReadOnly);
            return disk.OpenDirectory(path);
        }
        finally
        {
            disk.Unmount(path);
            disk.RemoveDirectory(scratch.Directory, name);
        }
    }
}
