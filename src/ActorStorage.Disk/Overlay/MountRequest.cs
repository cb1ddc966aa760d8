// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>How a layer shall be mounted.</summary>
/// <param name="ReadOnly">Without an upper directory: nobody can change the layer through the mount.</param>
/// <param name="Options">As behind <c>mount -o</c>; null or none takes those of <see cref="OverlayOptions"/>.</param>
/// <param name="Label">SELinux label of everything below the mount point; empty for none.</param>
/// <param name="Volatile">The kernel may leave out every sync: after a crash the layer is worthless.</param>
public sealed record MountRequest(
    bool ReadOnly = false, IReadOnlyList<string>? Options = null, string Label = "", bool Volatile = false)
{
    internal (MountFlags Flags, IReadOnlyList<string> Data) Resolve(OverlayOptions configured)
    {
        var flags = MountFlags.None;
        var data = new List<string>();
        foreach (var option in Options is { Count: > 0 } own ? own : configured.MountOptions)
        {
            if (Flag(option) is not { } flag) data.Add(option);
            else flags = flag.IsSet ? flags | flag.Flag : flags & ~flag.Flag;
        }
        if (ReadOnly) flags |= MountFlags.ReadOnly;
        if (Volatile && !data.Contains("volatile") && !flags.HasFlag(MountFlags.ReadOnly)) data.Add("volatile");
        // The label holds commas: the quotes keep the kernel from taking what is behind them for further options.
        if (Label.Length > 0) data.Add($"context=\"{Label}\"");
        return (flags, data);
    }

    /// <summary>What mount(2) takes as a flag; null for what the file system is to understand.</summary>
    private static (MountFlags Flag, bool IsSet)? Flag(string option) => option switch
    {
        "defaults" => (MountFlags.None, true),
        "ro" => (MountFlags.ReadOnly, true),
        "rw" => (MountFlags.ReadOnly, false),
        "nosuid" => (MountFlags.NoSetUserId, true),
        "suid" => (MountFlags.NoSetUserId, false),
        "nodev" => (MountFlags.NoDevices, true),
        "dev" => (MountFlags.NoDevices, false),
        "noexec" => (MountFlags.NoExecution, true),
        "exec" => (MountFlags.NoExecution, false),
        "sync" => (MountFlags.Synchronous, true),
        "async" => (MountFlags.Synchronous, false),
        "dirsync" => (MountFlags.SynchronousDirectories, true),
        "mand" => (MountFlags.MandatoryLocks, true),
        "nomand" => (MountFlags.MandatoryLocks, false),
        "noatime" => (MountFlags.NoAccessTimes, true),
        "atime" => (MountFlags.NoAccessTimes, false),
        "nodiratime" => (MountFlags.NoDirectoryAccessTimes, true),
        "diratime" => (MountFlags.NoDirectoryAccessTimes, false),
        "relatime" => (MountFlags.RelativeAccessTimes, true),
        "norelatime" => (MountFlags.RelativeAccessTimes, false),
        "strictatime" => (MountFlags.StrictAccessTimes, true),
        "nostrictatime" => (MountFlags.StrictAccessTimes, false),
        _ => null,
    };
}
