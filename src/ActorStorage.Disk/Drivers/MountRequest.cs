// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>How a layer shall be mounted.</summary>
/// <param name="ReadOnly">Without an upper directory: nobody can change the layer through the mount.</param>
/// <param name="Options">As behind <c>mount -o</c>; null or none takes those the driver was told.</param>
/// <param name="Label">SELinux label of everything below the mount point; empty for none.</param>
/// <param name="Volatile">The kernel may leave out every sync: after a crash the layer is worthless.</param>
public sealed record MountRequest(
    bool ReadOnly = false, IReadOnlyList<string>? Options = null, string Label = "", bool Volatile = false);
