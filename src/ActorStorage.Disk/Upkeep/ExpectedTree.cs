// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// The tree that unpacking an archive makes, worked out from its headers alone. It does what the extractors do, entry
/// by entry and in the archive's order, not what an archive ought to mean: an entry below a symbolic link lies where
/// the link leads, a hard link changes the attributes of the file it shares, times before 1970 and after 2262 are the
/// epoch.
/// </summary>
/// <remarks>
/// Nothing is expected of what an archive leaves to the extractor: permissions, owner and time of a directory that no
/// entry describes, nor of the layer's own directory, which an entry called <c>/</c> may set and one called <c>./</c>
/// may not; nor is the time of a directory that something was put into after the layer that described it.
/// </remarks>
internal sealed class ExpectedTree
{
    private readonly bool _isMarked;
    private readonly bool _isMasked;
    private readonly NameSet _unpacked = new();
    private readonly List<(EntryPath Path, long ModifiedAt)> _directories = [];
    private bool _directoryWasReplaced;

    /// <param name="settings">Those of the extractor.</param>
    /// <param name="below">The tree to unpack upon, which is changed; null for an empty one.</param>
    internal ExpectedTree(ExtractSettings settings, ExpectedNode? below = null)
    {
        (_isMarked, _isMasked) = (settings.Whiteouts == WhiteoutHandling.Represent, settings.ForceMask is not null);
        Root = below ?? new ExpectedNode(FileKind.Directory);
    }

    internal ExpectedNode Root { get; }

    /// <exception cref="StorageException">InvalidArchive: an extractor refuses the entry, so nobody knows what made the
    /// layer.</exception>
    internal void Apply(TarEntry entry)
    {
        var path = EntryPath.Clean(entry.Name);
        if (path.IsRoot) return;
        if (!_isMarked && IsMetadata(entry.Name)) OpenOrMake(path.Parent);
        else if (Whiteout.IsNamed(path.Name)) Hide(path, entry);
        else ApplyBelow(path, entry);
    }

    /// <summary>Gives the directories their times, when all entries were applied.</summary>
    internal void Finish()
    {
        foreach (var (path, modifiedAt) in _directories)
        {
            var node = ExpectedPath.Resolve(Root, path.Parent)?.Children.GetValueOrDefault(path.Name);
            if (_directoryWasReplaced && node?.Kind == FileKind.Symlink)
                node = ExpectedPath.Resolve(Root, path.Text);
            (node ?? throw Refused(path.Text)).ModifiedAt = modifiedAt;
        }
        _directories.Clear();
    }

    private void ApplyBelow(EntryPath path, TarEntry entry)
    {
        var at = OpenOrMake(path.Parent);
        at.Children.TryGetValue(path.Name, out var existing);
        var isDevice = entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice;
        if (entry.Kind == TarEntryKind.GlobalHeader || (isDevice && UserNamespace.IsInside && !_isMasked))
        {
            Remove(at, path.Name);
            return;
        }
        var node = existing is { IsDirectory: true } && entry.Kind == TarEntryKind.Directory
            ? existing
            : Put(at, path, entry);
        Describe(node, entry);
        _unpacked.Add(path.Text);
        if (entry.Kind == TarEntryKind.Directory) _directories.Add((path, TimeOf(entry)));
    }

    private ExpectedNode Put(ExpectedNode at, EntryPath path, TarEntry entry)
    {
        var made = entry.Kind == TarEntryKind.HardLink ? Linked(at, path, entry) : Make(entry);
        Remove(at, path.Name);
        at.Children.Add(path.Name, made);
        at.ModifiedAt = null;
        return made;
    }

    private ExpectedNode Make(TarEntry entry) => entry.Kind switch
    {
        TarEntryKind.Regular => new ExpectedNode(FileKind.Regular) { SizeBytes = entry.SizeBytes },
        TarEntryKind.Directory => new ExpectedNode(FileKind.Directory),
        TarEntryKind.Symlink => new ExpectedNode(FileKind.Symlink) { Target = entry.LinkName },
        TarEntryKind.BlockDevice => new ExpectedNode(FileKind.BlockDevice),
        TarEntryKind.Fifo => new ExpectedNode(FileKind.Fifo),
        TarEntryKind.CharacterDevice => new ExpectedNode(FileKind.CharacterDevice)
        {
            // To the overlay file system it is one, whatever made it.
            IsWhiteout = _isMarked && !_isMasked && entry is { DeviceMajor: 0, DeviceMinor: 0 },
        },
        _ => throw Refused(entry.Name),
    };

    private ExpectedNode Linked(ExpectedNode at, EntryPath path, TarEntry entry)
    {
        var target = EntryPath.Clean(entry.LinkName);
        var from = ExpectedPath.Resolve(Root, target.Parent);
        var isItself = ReferenceEquals(from, at) && target.Name == path.Name;
        return from is not null && !isItself
            && from.Children.TryGetValue(target.Name, out var node) && !node.IsDirectory
            ? node
            : throw Refused(entry.Name);
    }

    private static void Describe(ExpectedNode node, TarEntry entry)
    {
        (node.UserId, node.GroupId) = (entry.UserId, entry.GroupId);
        if (node.Kind == FileKind.Symlink)
        {
            if (entry.Kind != TarEntryKind.Symlink) return;
            (node.Mode, node.ModifiedAt) = (entry.Mode, entry.ModifiedAt.Seconds);
            return;
        }
        node.Mode = entry.Mode;
        // Those of directories come last.
        if (!node.IsDirectory) node.ModifiedAt = TimeOf(entry);
        else if (entry.Xattrs.Any(WhiteoutMarks.IsOpaqueMark)) node.IsOpaque = true;
    }

    private void Hide(EntryPath path, TarEntry entry)
    {
        if (ExpectedPath.Resolve(Root, path.Parent, make: true) is not { IsDirectory: true } at) return;
        if (path.Name == Whiteout.Opaque)
        {
            if (_isMarked) at.IsOpaque = true;
            // Whoever removes looks at the name itself, and a symbolic link to a directory is none.
            else if (!IsSymlink(path.Parent)) RemoveOthers(path.Parent, at);
            return;
        }
        var name = Whiteout.HiddenName(path, entry);
        if (!_isMarked)
        {
            Remove(at, name);
            return;
        }
        var mark = new ExpectedNode(FileKind.CharacterDevice) { IsWhiteout = true };
        if (!at.Children.TryAdd(name, mark)) throw Refused(entry.Name);
        at.ModifiedAt = null;
    }

    private void Remove(ExpectedNode at, string name)
    {
        if (!at.Children.Remove(name, out var removed)) return;
        at.ModifiedAt = null;
        _directoryWasReplaced |= removed.IsDirectory;
    }

    /// <summary>Removes everything in a directory, and in those below it, that this archive did not bring.</summary>
    private void RemoveOthers(string path, ExpectedNode directory)
    {
        foreach (var (name, node) in directory.Children.ToList())
        {
            var below = path.Length == 0 ? name : $"{path}/{name}";
            if (!_unpacked.Contains(below)) Remove(directory, name);
            else if (node.IsDirectory) RemoveOthers(below, node);
        }
    }

    private bool IsSymlink(string path)
    {
        var (parent, name, _) = EntryPath.Clean(path);
        return ExpectedPath.Resolve(Root, parent)?.Children.GetValueOrDefault(name)?.Kind == FileKind.Symlink;
    }

    /// <summary>What AUFS kept for itself is passed over, but for the directory it lies in. A hard link to something
    /// there is one to nothing here, so such a tree is not judged.</summary>
    private static bool IsMetadata(string name)
    {
        var path = EntryText.Clean(name);
        return path.StartsWith(Whiteout.Prefix + Whiteout.Prefix, StringComparison.Ordinal) && path != Whiteout.Opaque;
    }

    private ExpectedNode OpenOrMake(string path) =>
        ExpectedPath.Resolve(Root, path, make: true) is { IsDirectory: true } found ? found : throw Refused(path);

    private static long TimeOf(TarEntry entry) => EntryTimes.OfFile(entry).ModifiedAt.Seconds;

    private static StorageException Refused(string name) => new(
        StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(name)} cannot have been unpacked");
}
