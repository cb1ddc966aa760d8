// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>A request to mount, taken apart into what mount(2) wants as flags and as text.</summary>
internal static class MountOptions
{
    internal static (MountFlags Flags, IReadOnlyList<string> Data) Resolve(
        MountRequest request, OverlayOptions configured)
    {
        var flags = MountFlags.None;
        var data = new List<string>();
        foreach (var option in request.Options is { Count: > 0 } own ? own : configured.MountOptions)
        {
            if (Flag(option) is not { } flag) data.Add(option);
            else flags = flag.IsSet ? flags | flag.Flag : flags & ~flag.Flag;
        }
        if (request.ReadOnly) flags |= MountFlags.ReadOnly;
        if (request.Volatile && !data.Contains("volatile") && !flags.HasFlag(MountFlags.ReadOnly)) data.Add("volatile");
        // The label holds commas: the quotes keep the kernel from taking what is behind them for further options.
        if (request.Label.Length > 0) data.Add($"context=\"{request.Label}\"");
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
