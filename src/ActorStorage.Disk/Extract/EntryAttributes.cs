// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Owner, mode, times and extended attributes, in this order: a new owner takes setuid and file capabilities away, so
/// the mode and the attributes come after it. One look at what was made shows what needs no call at all, and makes the
/// result independent of the process's mask and of what the parent hands down.
/// </summary>
internal sealed class EntryAttributes(IDisk disk, ExtractSettings settings)
{
    private const string SecurityLabel = "security.selinux";    // the host's policy labels files, not an archive

    /// <summary>How many files kept the owner they were made with, because the system refused the right one.</summary>
    internal long OwnersRefused { get; private set; }

    /// <summary>What the file has on the disk, whatever the archive says with a mask.</summary>
    internal uint ModeOf(TarEntry entry) => settings.ForceMask ?? entry.Mode;

    /// <summary>For a file just written.</summary>
    internal void Apply(FileHandle file, TarEntry entry, EntryOwner owner)
    {
        var made = disk.Status(file);
        var isChown = IsChownDue(made, owner);
        if (isChown) SetOwner(file, owner);
        if (IsModeDue(made, entry, isChown)) disk.SetMode(file, ModeOf(entry));
        var times = EntryTimes.OfFile(entry);
        disk.SetTimes(file, times.AccessedAt, times.ModifiedAt);
        foreach (var (attribute, value) in entry.Xattrs)
        {
            Tolerate(attribute, () => disk.SetXattr(file, attribute, value));
        }
        if (Aside(entry, owner) is { } aside) disk.SetXattr(file, OverrideStat.Attribute, aside);
    }

    /// <summary>For everything else. Directories get their times when all is done.</summary>
    internal void Apply(DirectoryHandle at, string name, TarEntry entry, EntryOwner owner)
    {
        var made = disk.Status(at, name)
            ?? throw new StorageException(StorageErrorKind.NotFound, $"{at.Path}/{name} vanished", $"{at.Path}/{name}");
        var isChown = IsChownDue(made, owner);
        if (isChown) SetOwner(at, name, owner);
        var isSymlink = made.Kind == FileKind.Symlink;
        if (!isSymlink && IsModeDue(made, entry, isChown)) disk.SetMode(at, name, ModeOf(entry));
        // A hard link to a symbolic link says nothing of the link's times, only the link's own entry does.
        if (entry.Kind == TarEntryKind.Symlink) SetTimes(at, name, EntryTimes.OfSymlink(entry));
        else if (entry.Kind != TarEntryKind.Directory && !isSymlink) SetTimes(at, name, EntryTimes.OfFile(entry));
        SetXattrs(at, name, entry);
        if (Aside(entry, owner) is { } aside) disk.SetXattr(at, name, OverrideStat.Attribute, aside);
    }

    /// <summary>For the layer's own directory, when the archive has an entry for "/".</summary>
    internal void ApplyToRoot(DirectoryHandle root, TarEntry entry, EntryOwner owner)
    {
        var made = disk.Status(root);
        var isChown = IsChownDue(made, owner);
        if (isChown) SetOwner(root, ".", owner);
        if (IsModeDue(made, entry, isChown)) disk.SetMode(root, ModeOf(entry));
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
        catch (StorageException) when (settings.IgnoreChownErrors)
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

    /// <summary>What a mask keeps the file from being, null for nothing. Set after the archive's attributes, of which
    /// this may be one.</summary>
    private byte[]? Aside(TarEntry entry, EntryOwner owner)
    {
        if (settings.ForceMask is null || entry.Kind is TarEntryKind.Symlink or TarEntryKind.HardLink) return null;
        var kind = entry.Kind switch
        {
            TarEntryKind.Directory => FileKind.Directory,
            TarEntryKind.CharacterDevice => FileKind.CharacterDevice,
            TarEntryKind.BlockDevice => FileKind.BlockDevice,
            TarEntryKind.Fifo => FileKind.Fifo,
            _ => FileKind.Regular,
        };
        var status = new OverrideStat(owner.UserId, owner.GroupId, entry.Mode);
        return status.Text(kind, entry.DeviceMajor, entry.DeviceMinor);
    }

    private bool IsChownDue(FileStatus made, EntryOwner owner) => settings.ForceMask is null
        && (made.UserId != owner.UserId || made.GroupId != owner.GroupId);

    private bool IsModeDue(FileStatus made, TarEntry entry, bool isChown) =>
        made.Mode != ModeOf(entry) || isChown && (made.Mode & ModeBits.SetId) != 0;
}
