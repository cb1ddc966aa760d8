// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Entries that hide something of the layers below. In an archive they are names that begin with ".wh."; on the disk a
/// hidden name is a character device 0/0, and a directory that hides all it covers has an attribute. What the entry
/// otherwise is does not matter.
/// </summary>
internal sealed class Whiteout(IDisk disk, ParentDirectories parents)
{
    private const string Prefix = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private static readonly string OpaqueAttribute =
        UserNamespace.IsInside ? "user.overlay.opaque" : "trusted.overlay.opaque";

    /// <summary>Removes what has the name; whether a directory stays. See <see cref="LayerExtractor"/>.</summary>
    internal delegate bool ClearWay(DirectoryHandle at, string name, bool isDirectory);

    internal static bool IsNamed(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    internal void Apply(EntryPath path, TarEntry entry, EntryOwner owner, ClearWay clearWay)
    {
        try
        {
            clearWay(parents.OpenOrMake(path.Parent), path.Name, entry.Kind == TarEntryKind.Directory);
        }
        catch (StorageException notDirectory) when (Is(notDirectory, Errno.ENOTDIR))
        {
            // Below something that this layer made a file or hid already. Below a hidden name all is hidden.
            if (path.Name == Opaque) MarkOpaque(EntryPath.Clean(path.Parent));
            return;
        }
        // Clearing the way may have closed the handle.
        var at = parents.OpenOrMake(path.Parent);
        if (path.Name == Opaque) disk.SetXattr(at, OpaqueAttribute, "y"u8);
        else Hide(at, path.Name[Prefix.Length..], entry, owner);
    }

    private void Hide(DirectoryHandle at, string name, TarEntry entry, EntryOwner owner)
    {
        if (name is "" or "." or "..")
        {
            throw new StorageException(
                StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(entry.Name)} would hide a directory it lies in");
        }
        disk.MakeNode(at, name, FileKind.CharacterDevice, 0, 0, 0);
        var made = disk.Status(at, name);
        if (made?.UserId != owner.UserId || made.GroupId != owner.GroupId)
            disk.SetOwner(at, name, owner.UserId, owner.GroupId);
    }

    /// <summary>On something that is no directory the mark means nothing, but the other engines set it too.</summary>
    private void MarkOpaque(EntryPath path) =>
        disk.SetXattr(parents.Open(path.Parent), path.Name, OpaqueAttribute, "y"u8);

    private static bool Is(StorageException failure, Errno errno) =>
        failure.Error.Errno == NativeConvert.FromErrno(errno);
}
