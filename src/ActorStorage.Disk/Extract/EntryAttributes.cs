// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Owner, mode, times and extended attributes, in this order: a new owner takes setuid and file capabilities away, so
/// the mode and the attributes come after it. One look at what was made shows what needs no call at all, and makes the
/// result independent of the process's mask and of what the parent hands down.
/// </summary>
internal sealed class EntryAttributes(IDisk disk, bool ignoreChownErrors)
{
    private const string SecurityLabel = "security.selinux";    // the host's policy labels files, not an archive

    /// <summary>How many files kept the owner they were made with, because the system refused the right one.</summary>
    internal long OwnersRefused { get; private set; }

    /// <summary>For a file just written.</summary>
    internal void Apply(FileHandle file, DirectoryHandle at, string name, TarEntry entry, EntryOwner owner)
    {
        var made = disk.Status(file);
        var isChown = IsOthers(made, owner);
        if (isChown) SetOwner(file, owner);
        if (IsModeDue(made, entry, isChown)) disk.SetMode(file, entry.Mode);
        var times = EntryTimes.OfFile(entry);
        disk.SetTimes(file, times.AccessedAt, times.ModifiedAt);
        SetXattrs(at, name, entry);
    }

    /// <summary>For everything else. Directories get their times when all is done.</summary>
    internal void Apply(DirectoryHandle at, string name, TarEntry entry, EntryOwner owner)
    {
        var made = disk.Status(at, name)
            ?? throw new StorageException(StorageErrorKind.NotFound, $"{at.Path}/{name} vanished", $"{at.Path}/{name}");
        var isChown = IsOthers(made, owner);
        if (isChown) SetOwner(at, name, owner);
        var isSymlink = made.Kind == FileKind.Symlink;
        if (!isSymlink && IsModeDue(made, entry, isChown)) disk.SetMode(at, name, entry.Mode);
        // A hard link to a symbolic link says nothing of the link's times, only the link's own entry does.
        if (entry.Kind == TarEntryKind.Symlink) SetTimes(at, name, EntryTimes.OfSymlink(entry));
        else if (entry.Kind != TarEntryKind.Directory && !isSymlink) SetTimes(at, name, EntryTimes.OfFile(entry));
        SetXattrs(at, name, entry);
    }

    /// <summary>For the layer's own directory, when the archive has an entry for "/".</summary>
    internal void ApplyToRoot(DirectoryHandle root, TarEntry entry, EntryOwner owner)
    {
        var made = disk.Status(root);
        var isChown = IsOthers(made, owner);
        if (isChown) SetOwner(root, ".", owner);
        if (IsModeDue(made, entry, isChown)) disk.SetMode(root, entry.Mode);
        foreach (var (attribute, value) in entry.Xattrs)
        {
            Tolerate(attribute, () => disk.SetXattr(root, attribute, value));
        }
    }

    internal void SetOwner(DirectoryHandle at, string name, EntryOwner owner) =>
        Chown(() => disk.SetOwner(at, name, owner.UserId, owner.GroupId));

    private void SetOwner(FileHandle file, EntryOwner owner) =>
        Chown(() => disk.SetOwner(file, owner.UserId, owner.GroupId));

    private void Chown(Action chown)
    {
        try
        {
            chown();
        }
        catch (StorageException) when (ignoreChownErrors)
        {
            OwnersRefused++;
        }
    }

    private void SetTimes(DirectoryHandle at, string name, EntryTimes times) =>
        disk.SetTimes(at, name, times.AccessedAt, times.ModifiedAt);

    private void SetXattrs(DirectoryHandle at, string name, TarEntry entry)
    {
        if (entry.Xattrs.Count == 0) return;
        foreach (var (attribute, value) in entry.Xattrs)
        {
            Tolerate(attribute, () => disk.SetXattr(at, name, attribute, value));
        }
    }

    /// <summary>What the file system does not know is left out. Any other refusal would lose something.</summary>
    private static void Tolerate(string attribute, Action set)
    {
        if (attribute == SecurityLabel) return;
        try
        {
            set();
        }
        catch (StorageException refused) when (IsTolerable(refused.GetErrno()))
        {
            // Left out on purpose; see above.
        }
    }

    private static bool IsTolerable(Errno errno) => errno switch
    {
        Errno.EOPNOTSUPP => true,
        Errno.EPERM => UserNamespace.IsInside,
        _ => false,
    };

    private static bool IsOthers(FileStatus made, EntryOwner owner) =>
        made.UserId != owner.UserId || made.GroupId != owner.GroupId;

    private static bool IsModeDue(FileStatus made, TarEntry entry, bool isChown) =>
        made.Mode != entry.Mode || isChown && (made.Mode & ModeBits.SetId) != 0;
}
