// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>
/// The file <c>.has-mount-program</c>: whether layers here were written by a FUSE overlay, which marks deletions with
/// names and attributes that the kernel's overlay does not know. The Go tools search the whole home when it is missing,
/// so that one stray name could switch the store over: it is always written.
/// </summary>
internal static class MountProgramMark
{
    private const string Name = ".has-mount-program";
    private const string Program = "fuse-overlayfs";
    private const uint Mode = 0x180;        // 0600

    /// <exception cref="StorageException">NotSupported: the Go tools would mount with the FUSE program.</exception>
    internal static void Settle(IDisk disk, string home)
    {
        using var directory = disk.OpenApart(home);
        var mark = SmallFile.Read(disk, directory, Name);
        if (mark is not ("true" or "false"))
        {
            mark = HasTraces(disk, directory) ? "true" : "false";
            SmallFile.Write(disk, directory, Name, mark, Mode);
        }
        if (mark == "true" && IsInstalled())
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, $"the layers below {home} belong to {Program}, which is not supported");
        }
    }

    /// <summary>Whether anything below has a name or an attribute that only the FUSE program makes.</summary>
    private static bool HasTraces(IDisk disk, DirectoryHandle directory)
    {
        using var walk = new TreeWalk(disk, directory);
        while (walk.Next())
        {
            if (walk.IsLeaving) continue;
            if (walk.Name.StartsWith(".wh.", StringComparison.Ordinal)) return true;
            if (walk.Status.IsDirectory && disk.XattrNames(walk.At, walk.Name).Any(IsTrace)) return true;
        }
        return false;
    }

    private static bool IsTrace(string attribute) =>
        attribute.StartsWith("user.fuseoverlayfs.", StringComparison.Ordinal)
        || attribute.StartsWith("user.containers.", StringComparison.Ordinal);

    private static bool IsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Any(directory => File.Exists(Path.Combine(directory, Program)));
}
