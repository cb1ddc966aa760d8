// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Represents entries that hide something as the overlay file system wants it: a hidden name is a character device 0/0,
/// and a directory that hides all it covers has an attribute.
/// </summary>
internal sealed class WhiteoutMarks(
    IDisk disk, DirectoryHandle root, ParentDirectories parents, EntryAttributes attributes)
{
    internal static readonly string OpaqueAttribute =
        UserNamespace.IsInside ? "user.overlay.opaque" : "trusted.overlay.opaque";

    /// <summary>Whether the attribute makes a directory hide what it covers, also when an archive sets it.</summary>
    internal static bool IsOpaqueMark(KeyValuePair<string, byte[]> attribute) =>
        attribute.Key == OpaqueAttribute && attribute.Value.AsSpan().SequenceEqual("y"u8);

    internal void Apply(EntryPath path, TarEntry entry, EntryOwner owner, ClearWay clearWay)
    {
        try
        {
            clearWay(parents.OpenOrMake(path.Parent), path.Name, entry.Kind == TarEntryKind.Directory);
        }
        catch (StorageException tooLong) when (tooLong.GetErrno() is Errno.ENAMETOOLONG)
        {
            // Nothing can have that name, while what it hides may just be short enough.
        }
        catch (StorageException notDirectory) when (notDirectory.GetErrno() is Errno.ENOTDIR)
        {
            // Below something that this layer made a file or hid already. Below a hidden name all is hidden.
            // On what is no directory the mark means nothing, but the other engines set it too, and where a link leads.
            if (path.Name == Whiteout.Opaque) disk.SetXattrBelow(root, path.Parent, OpaqueAttribute, "y"u8);
            return;
        }
        // Clearing the way may have closed the handle.
        var at = parents.OpenOrMake(path.Parent);
        if (path.Name == Whiteout.Opaque) disk.SetXattr(at, OpaqueAttribute, "y"u8);
        else Hide(at, Whiteout.HiddenName(path, entry), owner);
    }

    private void Hide(DirectoryHandle at, string name, EntryOwner owner)
    {
        disk.MakeNode(at, name, FileKind.CharacterDevice, 0, 0, 0);
        var made = disk.Status(at, name);
        if (made?.UserId != owner.UserId || made.GroupId != owner.GroupId) attributes.SetOwner(at, name, owner);
    }

}
