// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Vfs;

/// <summary>A staged layer of the vfs driver: its directory is its content, what is below included.</summary>
internal sealed class VfsTree(IDisk disk, VfsDriver driver, Trash place, TreePlan plan)
    : StagedTree(disk, driver, place, plan)
{
    public override DirectoryHandle OpenContent() => Disk.OpenDirectory(Place.In.Directory, Place.Name);

    public override LayerContent Content() => new([$"{Place.In.Directory.Path}/{Place.Name}"], []);
}

/// <summary>What was copied needs nothing of its parent any more.</summary>
internal sealed class VfsBatch(VfsDriver driver) : ILayerBatch
{
    // The root came with the copy, or the archive described it.
    public void Attach(StagedTree tree, bool keepRoot) => tree.RequireOrigin(driver);
}
