// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Staged;

/// <summary>The names in a temp root that every engine knows; all others are left alone by all of them.</summary>
internal static class TempNames
{
    private const string LockPrefix = "lock-";
    private const string DirectoryPrefix = "temp-dir-";

    internal static string Lock(string instance) => LockPrefix + instance;

    internal static string Directory(string instance) => DirectoryPrefix + instance;

    /// <summary>A lock file on its way to its name, which no recovery looks at.</summary>
    internal static string Unborn(string instance) => "unborn-" + instance;

    /// <summary>Which instance the name belongs to, or null.</summary>
    internal static string? Instance(string name)
    {
        if (name.StartsWith(DirectoryPrefix, StringComparison.Ordinal)) return name[DirectoryPrefix.Length..];
        return name.StartsWith(LockPrefix, StringComparison.Ordinal) ? name[LockPrefix.Length..] : null;
    }
}
