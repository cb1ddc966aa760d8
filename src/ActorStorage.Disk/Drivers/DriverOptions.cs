// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>What every driver can be told, as <c>driver.key=value</c>.</summary>
public abstract record DriverOptions
{
    /// <summary>Graph roots of other stores whose images and layers may be used, and never changed.</summary>
    public IReadOnlyList<string> ImageStores { get; init; } = [];

    /// <summary>Go on when a file of an archive cannot get its owner. Where files that are there already are copied, or
    /// change owners, they must be had.</summary>
    public bool IgnoreChownErrors { get; init; }

    /// <summary>
    /// Permissions that all files of a layer get in place of their own, which are kept beside them for a program that
    /// shows them; so are owners and types. Null for layers as they are. The overlay driver alone knows this.
    /// </summary>
    public uint? ForceMask { get; init; }

    /// <summary>Why no layer can be made that files are written in, in the words of the Go tools; null when one
    /// can.</summary>
    internal string? WriteableFault => ForceMask is null
        ? null
        : "overlay: force_mask option for writeable layers is only supported with a mount_program";

    /// <summary>Flush the whole file system before a layer becomes visible.</summary>
    public bool SyncFileSystem { get; init; }
}
