// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage;

/// <summary>The overlay driver's lines of the status.</summary>
internal static class OverlayStatus
{
    public static StorageStatus Of(StorageSettings settings, string fileSystem) => new(
        settings.Paths.GraphRoot, settings.Paths.RunRoot, settings.Paths.Driver, settings.DriverOptions,
        [
            // The Go tools call the ext family by its oldest name.
            new("Backing Filesystem", fileSystem is "ext2" or "ext3" or "ext4" ? "extfs" : fileSystem),
            new("Supports d_type", "true"),
            new("Native Overlay Diff", "true"),
            new("Using metacopy", "false"),
            new("Supports shifting", "false"),
            new("Supports volatile", "true"),
        ]);
}
