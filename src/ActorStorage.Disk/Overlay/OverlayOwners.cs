// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Trees;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>
/// Gives a staged layer everything that is below it, with other owners: mounted, all files change owners and so come
/// into its top directory, which then makes room for an empty one and stays in the stack right below it.
/// </summary>
internal static class OverlayOwners
{
    private const string Moved = "diff1";
    private const string Work = "work";
    private const uint PrivateMode = 0x1c0;     // 0700

    internal static void Change(
        OverlayDriver driver, Trash place, DirectoryHandle tree, TreePlan plan, CancellationToken cancellation)
    {
        var disk = driver.OverlayHome.Disk;
        var path = $"{place.In.Directory.Path}/{place.Name}";
        var stack = new OverlayStack(
            OverlayTree.ContentOf(driver, plan.Parent!), $"{path}/{LayerDirectory.Diff}", $"{path}/{Work}",
            driver.References.MountOptions);
        var merged = $"{path}/merged";
        disk.MountOverlay(stack, merged, MountFlags.None);
        try
        {
            using var root = disk.OpenDirectory(merged);
            TreeOwners.Run(disk, root, new OwnerChange(plan.Parent!.Maps, plan.Maps), cancellation);
        }
        finally
        {
            disk.Unmount(merged);
        }
        disk.Rename(tree, LayerDirectory.Diff, tree, Moved);
        TreeRemoval.Remove(disk, tree, Work);
        var owner = plan.Maps.RootOnHost;
        LayerDirectory.MakeRoot(disk, tree, owner, driver.Options.ForceMask);
        LayerDirectory.MakeDirectory(disk, tree, Work, PrivateMode, owner);
    }
}
