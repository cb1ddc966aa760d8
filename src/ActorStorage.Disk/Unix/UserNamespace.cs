// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>Whether this process is root of a part of the machine only, where some calls are refused.</summary>
internal static class UserNamespace
{
    private static readonly Lazy<bool> Inside = new(() => !MapsEverything(File.ReadAllText("/proc/self/uid_map")));

    internal static bool IsInside => Inside.Value;

    /// <summary>The initial namespace maps every id to itself.</summary>
    internal static bool MapsEverything(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
}
