// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// What a write does to files other than the index: prepared where nobody sees it, applied by renames, undone if the
/// index is not written after all, completed when it is.
/// </summary>
internal abstract class RecordEffect
{
    /// <summary>To be removed when the lock is gone.</summary>
    public virtual IEnumerable<Trash> Trash => [];

    /// <summary>Whether it cannot be taken back once it was applied: then it is applied last.</summary>
    public virtual bool IsFinal => false;

    /// <summary>What can run out of space or fail otherwise belongs here: only this one write is refused
    /// then.</summary>
    public abstract void Prepare();

    public abstract void Apply();

    /// <summary>Called whether or not it was applied; must not throw for what is not there.</summary>
    public abstract void Undo();

    /// <summary>The index is written: what had to wait for that. A failure is that of this one write.</summary>
    public virtual void Complete()
    {
    }
}

/// <summary>Replaces items of the big data of one layer, image or container.</summary>
/// <param name="store">The directory in which that of the owner lies, which is made when it is missing.</param>
internal sealed class BigDataEffect(
    IDisk disk, DirectoryHandle store, string owner, params IReadOnlyList<NewBigData> items) : RecordEffect
{
    private const uint PrivateDirectory = 0x1c0;    // 0700
    private readonly List<PreparedDocument> _prepared = [];
    private DirectoryHandle? _directory;
    private bool _isMade;

    public override bool IsFinal => true;

    public override void Prepare()
    {
        // Another tool's record may have any id; such a one has no data here, and gets none elsewhere.
        RecordId.RequireDirectoryName(owner);
        if (disk.Status(store, owner) is null)
        {
            disk.MakeDirectory(store, owner, PrivateDirectory);
            _isMade = true;
        }
        _directory = disk.OpenDirectory(store, owner);
        foreach (var item in items)
        {
            var name = BigDataFile.Name(item.Key);
            RefuseTaken(_directory, name);
            _prepared.Add(PreparedDocument.Prepare(disk, _directory, name, item.Value, sync: true));
        }
    }

    public override void Apply()
    {
        foreach (var item in _prepared) item.Publish();
    }

    public override void Undo()
    {
        foreach (var item in _prepared) item.Dispose();
        _directory?.Dispose();
        if (_isMade) TreeRemoval.Remove(disk, store, owner);
    }

    public override void Complete() => _directory?.Dispose();

    /// <summary>Podman keeps a directory of its own beside a container's data: a rename onto it would fail when the
    /// other writes of the batch are half done.</summary>
    private void RefuseTaken(DirectoryHandle directory, string name)
    {
        if (disk.Status(directory, name) is null or { Kind: FileKind.Regular }) return;
        throw new StorageException(
            StorageErrorKind.Invalid, $"{directory.Path}/{name} is no file of big data", $"{directory.Path}/{name}");
    }
}

/// <summary>
/// Removes what lies in the directories of a deleted record. In place, once no index names it: a crash leaves a
/// directory that the collectors of all tools know for garbage.
/// </summary>
internal sealed class RemovalEffect(IDisk disk, string owner, params IReadOnlyList<DirectoryHandle> stores)
    : RecordEffect
{
    public override void Prepare()
    {
    }

    public override void Apply()
    {
    }

    public override void Undo()
    {
    }

    public override void Complete()
    {
        // The record may have an id that another tool took and that is no directory's name: then there is no data.
        if (RecordId.Fault(owner) is not null) return;
        foreach (var store in stores) TreeRemoval.Remove(disk, store, owner);
    }
}
