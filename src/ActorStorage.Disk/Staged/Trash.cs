// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>What was deleted and is not yet removed: a file or tree inside a locked temp directory.</summary>
public sealed record Trash(TempDirectory In, string Name)
{
    /// <summary>
    /// Where a tree lies below the driver's home: renames between it and the visible layers go through one handle of
    /// the home, because the home is a mount that others make and take away.
    /// </summary>
    public string InHome => $"tempdirs/{In.Name}/{Name}";

    /// <summary>Removes it with all below it. It may be gone already.</summary>
    public void Remove(IDisk disk) => TreeRemoval.Remove(disk, In.Directory, Name);
}
