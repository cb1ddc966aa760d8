// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.TestKit.Faults;

/// <content>What changes something on disk, or makes it durable.</content>
public abstract partial class ObservedDisk
{
    public void MakeDirectory(DirectoryHandle at, string name, uint mode) =>
        Do(EffectKind.MakeDirectory, PathOf(at, name), () => _disk.MakeDirectory(at, name, mode));

    public FileHandle CreateFile(DirectoryHandle at, string name, uint mode) =>
        Do(new(EffectKind.CreateFile, PathOf(at, name)), () => _disk.CreateFile(at, name, mode));

    /// <summary>Nobody can see it before it is linked.</summary>
    public FileHandle? CreateUnnamed(DirectoryHandle at, uint mode) => Look(() => _disk.CreateUnnamed(at, mode));

    public void LinkUnnamed(FileHandle file, DirectoryHandle at, string name) =>
        Do(EffectKind.Link, PathOf(at, name), () => _disk.LinkUnnamed(file, at, name));

    public void MakeSymlink(string target, DirectoryHandle at, string name) =>
        Do(new(EffectKind.Symlink, PathOf(at, name), target), () => _disk.MakeSymlink(target, at, name));

    public void MakeLink(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName) => Do(
        new(EffectKind.Link, PathOf(toAt, toName), PathOf(fromAt, fromName)),
        () => _disk.MakeLink(fromAt, fromName, toAt, toName));

    public void MakeNode(DirectoryHandle at, string name, FileKind kind, uint mode, uint major, uint minor) =>
        Do(EffectKind.MakeNode, PathOf(at, name), () => _disk.MakeNode(at, name, kind, mode, major, minor));

    public void Write(FileHandle file, ReadOnlySpan<byte> bytes)
    {
        var effect = new DiskEffect(EffectKind.Write, file.Path, File: file);
        Before(effect);
        _disk.Write(file, bytes);
        After(effect);
    }

    public void WriteAt(FileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        var effect = new DiskEffect(EffectKind.Write, file.Path, File: file);
        Before(effect);
        _disk.WriteAt(file, offset, bytes);
        After(effect);
    }

    public void WriteHole(FileHandle file, long lengthBytes) =>
        Do(Content(file), () => _disk.WriteHole(file, lengthBytes));

    public bool TryClone(FileHandle source, FileHandle target) =>
        Do(Content(target), () => _disk.TryClone(source, target));

    public long? CopyRange(FileHandle source, FileHandle target, long lengthBytes) =>
        Do(Content(target), () => _disk.CopyRange(source, target, lengthBytes));

    public void SetOwner(DirectoryHandle at, string name, uint userId, uint groupId) =>
        Do(EffectKind.SetOwner, PathOf(at, name), () => _disk.SetOwner(at, name, userId, groupId));

    public void SetOwner(DirectoryHandle directory, uint userId, uint groupId) =>
        Do(EffectKind.SetOwner, directory.Path, () => _disk.SetOwner(directory, userId, groupId));

    public void SetOwner(FileHandle file, uint userId, uint groupId) =>
        Do(EffectKind.SetOwner, file.Path, () => _disk.SetOwner(file, userId, groupId));

    public void SetMode(DirectoryHandle at, string name, uint mode) =>
        Do(EffectKind.SetMode, PathOf(at, name), () => _disk.SetMode(at, name, mode));

    public void SetMode(DirectoryHandle directory, uint mode) =>
        Do(EffectKind.SetMode, directory.Path, () => _disk.SetMode(directory, mode));

    public void SetMode(FileHandle file, uint mode) =>
        Do(EffectKind.SetMode, file.Path, () => _disk.SetMode(file, mode));

    public void SetTimes(DirectoryHandle at, string name, FileTime accessedAt, FileTime modifiedAt) =>
        Do(EffectKind.SetTimes, PathOf(at, name), () => _disk.SetTimes(at, name, accessedAt, modifiedAt));

    public void SetTimes(DirectoryHandle directory, FileTime accessedAt, FileTime modifiedAt) =>
        Do(EffectKind.SetTimes, directory.Path, () => _disk.SetTimes(directory, accessedAt, modifiedAt));

    public void SetTimes(FileHandle file, FileTime accessedAt, FileTime modifiedAt) =>
        Do(EffectKind.SetTimes, file.Path, () => _disk.SetTimes(file, accessedAt, modifiedAt));

    public void SetTimesBelow(DirectoryHandle root, string path, FileTime accessedAt, FileTime modifiedAt) =>
        Do(EffectKind.SetTimes, PathOf(root, path), () => _disk.SetTimesBelow(root, path, accessedAt, modifiedAt));

    public void SetXattr(DirectoryHandle at, string name, string attribute, ReadOnlySpan<byte> value)
    {
        var bytes = value.ToArray();
        Do(EffectKind.SetXattr, PathOf(at, name), () => _disk.SetXattr(at, name, attribute, bytes));
    }

    public void SetXattr(DirectoryHandle directory, string attribute, ReadOnlySpan<byte> value)
    {
        var bytes = value.ToArray();
        Do(EffectKind.SetXattr, directory.Path, () => _disk.SetXattr(directory, attribute, bytes));
    }

    public void SetXattr(FileHandle file, string attribute, ReadOnlySpan<byte> value)
    {
        var bytes = value.ToArray();
        Do(EffectKind.SetXattr, file.Path, () => _disk.SetXattr(file, attribute, bytes));
    }

    public void SetXattrBelow(DirectoryHandle root, string path, string attribute, ReadOnlySpan<byte> value)
    {
        var bytes = value.ToArray();
        Do(EffectKind.SetXattr, PathOf(root, path), () => _disk.SetXattrBelow(root, path, attribute, bytes));
    }

    public bool RemoveXattr(DirectoryHandle directory, string attribute) =>
        Do(new(EffectKind.RemoveXattr, directory.Path), () => _disk.RemoveXattr(directory, attribute));

    public bool ClearProtection(DirectoryHandle at, string name) =>
        Do(new(EffectKind.ClearProtection, PathOf(at, name)), () => _disk.ClearProtection(at, name));

    public void Rename(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName) => Do(
        new(EffectKind.Rename, PathOf(toAt, toName), PathOf(fromAt, fromName)),
        () => _disk.Rename(fromAt, fromName, toAt, toName));

    public bool RemoveFile(DirectoryHandle at, string name) =>
        Do(new(EffectKind.RemoveFile, PathOf(at, name)), () => _disk.RemoveFile(at, name));

    public bool RemoveDirectory(DirectoryHandle at, string name) =>
        Do(new(EffectKind.RemoveDirectory, PathOf(at, name)), () => _disk.RemoveDirectory(at, name));

    public void Sync(FileHandle file) =>
        Do(new(EffectKind.Sync, file.Path, File: file), () => _disk.Sync(file));

    public void SyncData(FileHandle file) =>
        Do(new(EffectKind.Sync, file.Path, File: file), () => _disk.SyncData(file));

    public void Sync(DirectoryHandle directory) =>
        Do(EffectKind.Sync, directory.Path, () => _disk.Sync(directory));

    public void SyncFileSystem(DirectoryHandle directory) =>
        Do(EffectKind.SyncFileSystem, directory.Path, () => _disk.SyncFileSystem(directory));

    public void BindMount(string source, string target) =>
        Do(new(EffectKind.Mount, target, source), () => _disk.BindMount(source, target));

    public void MakePrivate(string mountPoint) =>
        Do(EffectKind.Mount, mountPoint, () => _disk.MakePrivate(mountPoint));

    public void MountOverlay(OverlayStack stack, string target, MountFlags flags) =>
        Do(EffectKind.Mount, target, () => _disk.MountOverlay(stack, target, flags));

    public bool Unmount(string mountPoint) =>
        Do(new(EffectKind.Unmount, mountPoint), () => _disk.Unmount(mountPoint));

    private static DiskEffect Content(FileHandle file) => new(EffectKind.Write, file.Path, File: file);

    private static string PathOf(DirectoryHandle at, string name) => $"{at.Path}/{name}";

    private void Do(EffectKind kind, string path, Action call) => Do(new DiskEffect(kind, path), call);

    private void Do(DiskEffect effect, Action call) => Do(effect, () =>
    {
        call();
        return true;
    });

    private T Do<T>(DiskEffect effect, Func<T> call)
    {
        Before(effect);
        var answer = call();
        After(effect);
        if (answer is FileHandle handle) Opened(handle);
        return answer;
    }
}
