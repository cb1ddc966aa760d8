// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Puts the entries of one archive below one directory, in the form that the overlay file system mounts or, where the
/// directory holds what is below too, with the effect they have there. Whatever the archive says, nothing outside the
/// directory is touched: every path is resolved as if the directory were "/".
/// </summary>
/// <remarks>
/// The directory may have contents. Entries are applied in the archive's order, then <see cref="Finish"/>. After a
/// failure a new directory is of no use. Not thread safe. The mask of the process has no influence on what is made.
/// </remarks>
public sealed class LayerExtractor : IDisposable
{
    private const uint RootModeAside = 0x1ed;       // 0755, where the archive does not say what the root is like
    private readonly IDisk _disk;
    private readonly DirectoryHandle _root;
    private readonly ParentDirectories _parents;
    private readonly EntryAttributes _attributes;
    private readonly EntryAttributes _attributesBehind;
    private readonly WriteBehind _behind;
    private readonly ExtractSettings _settings;
    private readonly WhiteoutMarks? _marks;
    private readonly WhiteoutExecution? _execution;
    private readonly LateDirectories _directories;
    private bool _directoryWasReplaced;
    private OverrideStat _rootAside;

    /// <param name="root">The directory to fill; it stays the caller's.</param>
    public LayerExtractor(IDisk disk, DirectoryHandle root, ExtractSettings? settings = null)
    {
        (_disk, _root, _settings) = (disk, root, settings ?? new ExtractSettings());
        var isMarked = _settings.Whiteouts == WhiteoutHandling.Represent;
        var (userId, groupId) = _settings.Maps.RootOnHost;
        _parents = new ParentDirectories(disk, root, isMarked ? new EntryOwner(userId, groupId) : null);
        _attributes = new EntryAttributes(disk, _settings);
        _attributesBehind = new EntryAttributes(disk, _settings);
        _directories = new LateDirectories(disk, root);
        _behind = new WriteBehind(disk, _attributesBehind, _settings.HasSpareCore);
        _rootAside = new OverrideStat(userId, groupId, RootModeAside);
        if (isMarked) _marks = new WhiteoutMarks(disk, root, _parents, _attributes);
        else _execution = new WhiteoutExecution(disk, root, _parents, ClearWay);
    }

    /// <summary>Bytes of file content written so far.</summary>
    public long BytesWritten { get; private set; }

    public long EntriesApplied { get; private set; }

    /// <summary>
    /// How many files kept the owner they were made with. None, unless <see cref="ExtractSettings.IgnoreChownErrors"/>.
    /// </summary>
    public long OwnersRefused => _attributes.OwnersRefused + _attributesBehind.OwnersRefused;

    /// <summary>
    /// Whether it is known what the root directory is like: from an entry called <c>/</c>, or <c>.</c> where that
    /// counts. With a mask it is known at the end, whatever the archive says.
    /// </summary>
    public bool IsRootSet { get; private set; }

    /// <param name="payload">The reader that gave the entry; its payload is read when the entry is a file.</param>
    /// <exception cref="StorageException">The layer cannot be made from this archive, or the disk refused, perhaps for
    /// an earlier entry: small files are written some dozens at a time.</exception>
    public void Apply(TarEntry entry, TarReader payload)
    {
        EntriesApplied++;
        var path = EntryPath.Clean(entry.Name);
        if (path.IsRoot && _settings.ForceMask is not null) RememberRoot(entry);
        // Where whiteouts are marks, "." does not describe the root, which is like the parent's.
        if (path.IsHere && _marks is not null) return;
        if (!path.IsRoot && _execution?.TryApply(path, entry, payload) == true) return;
        var described = _execution?.Replaced(entry) ?? entry;
        var owner = EntryOwner.Of(described, _settings.Maps);
        if (path.IsRoot)
        {
            ApplyToRoot(entry, path, owner);
            IsRootSet = true;
        }
        else if (_marks is not null && Whiteout.IsNamed(path.Name)) _marks.Apply(path, entry, owner, ClearWay);
        else ApplyBelow(path, described, owner, ReferenceEquals(described, entry) ? payload : null);
    }

    /// <summary>Waits until all entries applied are on the disk, as far as they will ever be.</summary>
    /// <exception cref="StorageException">One of them could not be written.</exception>
    public void Drain() => _behind.Drain();

    /// <summary>Gives the directories their times, which filling them has changed.</summary>
    public void Finish()
    {
        Drain();
        if (_settings.ForceMask is not null)
        {
            _disk.SetXattr(_root, OverrideStat.Attribute, _rootAside.Text(FileKind.Directory));
            IsRootSet = true;
        }
        foreach (var (path, times) in _directories.Take())
        {
            if (path.IsRoot)
            {
                _disk.SetTimes(_root, times.AccessedAt, times.ModifiedAt);
                continue;
            }
            var at = _parents.Open(path.Parent);
            if (_directoryWasReplaced && _disk.Status(at, path.Name)?.Kind == FileKind.Symlink)
            {
                // The name is no directory any more. The times go where it leads now, as they do with other engines.
                _disk.SetTimesBelow(_root, path.Text, times.AccessedAt, times.ModifiedAt);
                continue;
            }
            _disk.SetTimes(at, path.Name, times.AccessedAt, times.ModifiedAt);
        }
        _parents.Forget();
    }

    public void Dispose()
    {
        _behind.Dispose();
        _directories.Dispose();
        _parents.Dispose();
        _execution?.Dispose();
    }

    /// <summary>What is kept aside of the root is what the last entry said, also where <c>.</c> does not count
    /// otherwise.</summary>
    private void RememberRoot(TarEntry entry)
    {
        var owner = EntryOwner.Of(entry, _settings.Maps);
        _rootAside = new OverrideStat(owner.UserId, owner.GroupId, entry.Mode & ModeBits.Permissions);
    }

    private void ApplyToRoot(TarEntry entry, EntryPath path, EntryOwner owner)
    {
        if (entry.Kind != TarEntryKind.Directory)
        {
            throw new StorageException(
                StorageErrorKind.UnsafePath,
                $"the archive's entry {Quoted.Text(entry.Name)} would replace the layer's own directory");
        }
        _attributes.ApplyToRoot(_root, entry, owner);
        _directories.Add(path, EntryTimes.OfDirectory(entry));
    }

    /// <param name="payload">Null when the content was put aside before.</param>
    private void ApplyBelow(EntryPath path, TarEntry entry, EntryOwner owner, TarReader? payload)
    {
        var at = _parents.OpenOrMake(path.Parent);
        if (entry.Kind == TarEntryKind.GlobalHeader)
        {
            // It describes nothing, yet takes away what has its name: so the other engines have it.
            ClearWay(at, path.Name, isDirectory: false);
            return;
        }
        var isDevice = entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice;
        if (isDevice && UserNamespace.IsInside && _settings.ForceMask is null)
        {
            ClearWay(at, path.Name, isDirectory: false);
            return;
        }
        try
        {
            Create(at, path.Name, entry, owner, payload);
        }
        catch (StorageException taken) when (taken.GetErrno() is Errno.EEXIST)
        {
            var isKept = ClearWay(at, path.Name, entry.Kind == TarEntryKind.Directory);
            at = _parents.OpenOrMake(path.Parent);
            if (isKept) _attributes.Apply(at, path.Name, entry, owner);
            else Create(at, path.Name, entry, owner, payload);
        }
        _execution?.Remember(path);
        if (entry.Kind == TarEntryKind.Directory) _directories.Add(path, EntryTimes.OfDirectory(entry));
    }

    /// <summary>Makes what the entry describes under a free name; EEXIST when the name is taken.</summary>
    private void Create(DirectoryHandle at, string name, TarEntry entry, EntryOwner owner, TarReader? payload)
    {
        switch (entry.Kind)
        {
            case TarEntryKind.Regular:
            case TarEntryKind.Fifo or TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice
                when _settings.ForceMask is not null:
                CreateFile(at, name, entry, owner, payload);
                return;
            case TarEntryKind.Directory:
                _disk.MakeDirectory(at, name, _attributes.ModeOf(entry) & ModeBits.Permissions);
                break;
            case TarEntryKind.Symlink:
                RefuseNul(entry);
                _disk.MakeSymlink(entry.LinkName, at, name);
                break;
            case TarEntryKind.HardLink:
                CreateHardLink(at, name, entry);
                break;
            case TarEntryKind.Fifo:
                _disk.MakeNode(at, name, FileKind.Fifo, entry.Mode & ModeBits.Permissions, 0, 0);
                break;
            case TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice:
                var kind = entry.Kind == TarEntryKind.BlockDevice ? FileKind.BlockDevice : FileKind.CharacterDevice;
                var mode = entry.Mode & ModeBits.Permissions;
                _disk.MakeNode(at, name, kind, mode, entry.DeviceMajor, entry.DeviceMinor);
                break;
            default:
                throw new StorageException(
                    StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(entry.Name)} is of no kind a layer can hold");
        }
        _attributes.Apply(at, name, entry, owner);
    }

    private void CreateFile(DirectoryHandle at, string name, TarEntry entry, EntryOwner owner, TarReader? payload)
    {
        var file = _disk.CreateFile(at, name, _attributes.ModeOf(entry) & ModeBits.Permissions);
        if (payload is not null && _behind.IsFor(entry, payload))
        {
            BytesWritten += _behind.Add(file, entry, owner, payload);
            return;
        }
        using (file)
        {
            if (payload is null) _execution!.CopyContent(entry, file);
            else Fill(file, payload);
            _attributes.Apply(file, entry, owner);
        }
    }

    private void Fill(FileHandle file, TarReader payload)
    {
        while (true)
        {
            if (payload.SkipHole() is > 0 and var hole) _disk.WriteHole(file, hole);
            var piece = payload.ReadPayload();
            if (piece.IsEmpty) return;
            _disk.Write(file, piece);
            BytesWritten += piece.Length;
        }
    }

    private void CreateHardLink(DirectoryHandle at, string name, TarEntry entry)
    {
        // Only the directory that holds the target is resolved through links; the target itself may be one.
        var target = EntryPath.Clean(entry.LinkName);
        if (target.IsRoot)
        {
            throw new StorageException(
                StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(entry.Name)} is a hard link to a directory");
        }
        Drain();        // what the link's entry says of the file counts more than what its own did
        _disk.MakeLink(_parents.Open(target.Parent), target.Name, at, name);
    }

    /// <summary>
    /// Removes what stands in the way of a new entry. Whether the name is taken nevertheless, because a directory stays
    /// where a directory comes.
    /// </summary>
    private bool ClearWay(DirectoryHandle at, string name, bool isDirectory)
    {
        if (_disk.Status(at, name) is not { } existing) return false;
        if (existing.IsDirectory && isDirectory) return true;
        TreeUnlink.Remove(_disk, at, name);
        if (existing.Kind is FileKind.Directory) _directoryWasReplaced = true;
        if (existing.Kind is FileKind.Directory or FileKind.Symlink) _parents.Forget();
        return false;
    }

    private static void RefuseNul(TarEntry entry)
    {
        if (EntryPath.HoldsNul(entry.LinkName))
        {
            throw new StorageException(
                StorageErrorKind.UnsafePath, $"the link target of {Quoted.Text(entry.Name)} holds a NUL byte");
        }
    }
}
