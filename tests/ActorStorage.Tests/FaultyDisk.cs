// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Tests;

/// <summary>The real disk, but for renames, writes and syncs that a test may refuse, and directories that it may take
/// away.</summary>
internal sealed class FaultyDisk : IDisk
{
    private readonly LinuxDisk _disk = new();

    /// <summary>Called with the old and the new name; what it throws is what the rename throws.</summary>
    public Action<string, string>? BeforeRename { get; set; }

    /// <summary>Called with the directory's path before it is synced; what it throws is what the sync throws.</summary>
    public Action<string>? BeforeSync { get; set; }

    /// <summary>Likewise of a whole file system.</summary>
    public Action? BeforeSyncFileSystem { get; set; }

    /// <summary>Called with the file's path before it is written to; what it throws is what the write throws.</summary>
    public Action<string>? BeforeWrite { get; set; }

    /// <summary>Likewise before its data are synced.</summary>
    public Action<string>? BeforeSyncData { get; set; }

    /// <summary>Called with a path before it is opened as a directory, and with that of a document before it is
    /// read.</summary>
    public Action<string>? BeforeOpen { get; set; }

    public DirectoryHandle OpenDirectory(string absolutePath)
    {
        BeforeOpen?.Invoke(absolutePath);
        return _disk.OpenDirectory(absolutePath);
    }

    public DirectoryHandle OpenDirectory(DirectoryHandle at, string name) => _disk.OpenDirectory(at, name);

    public DirectoryHandle OpenApart(string absolutePath) => _disk.OpenApart(absolutePath);

    public DirectoryHandle OpenBelow(DirectoryHandle root, string path) => _disk.OpenBelow(root, path);

    public FileHandle OpenFile(DirectoryHandle at, string name)
    {
        BeforeOpen?.Invoke(Path.Combine(at.Path, name));
        return _disk.OpenFile(at, name);
    }

    public void WriteHole(FileHandle file, long lengthBytes) => _disk.WriteHole(file, lengthBytes);

    public (long Start, long End)? NextWritten(FileHandle file, long offset) => _disk.NextWritten(file, offset);

    public void MoveTo(FileHandle file, long position) => _disk.MoveTo(file, position);

    public void SetTimesBelow(DirectoryHandle root, string path, FileTime accessedAt, FileTime modifiedAt) =>
        _disk.SetTimesBelow(root, path, accessedAt, modifiedAt);

    public void SetXattrBelow(DirectoryHandle root, string path, string attribute, ReadOnlySpan<byte> value) =>
        _disk.SetXattrBelow(root, path, attribute, value);

    public FileHandle OpenFileBelow(DirectoryHandle root, string path) => _disk.OpenFileBelow(root, path);

    public FileStatus? Status(DirectoryHandle at, string name) => _disk.Status(at, name);

    public FileStatus Status(DirectoryHandle directory) => _disk.Status(directory);

    public FileStatus Status(FileHandle file) => _disk.Status(file);

    public long FreeBytes(DirectoryHandle directory) => Free ?? _disk.FreeBytes(directory);

    /// <summary>What is said to be free, whatever is.</summary>
    public long? Free { get; set; }

    public IReadOnlyList<string> List(DirectoryHandle directory) => _disk.List(directory);

    public string ReadLink(DirectoryHandle at, string name) => _disk.ReadLink(at, name);

    public void MakeDirectory(DirectoryHandle at, string name, uint mode) => _disk.MakeDirectory(at, name, mode);

    public FileHandle CreateFile(DirectoryHandle at, string name, uint mode) => _disk.CreateFile(at, name, mode);

    public FileHandle? CreateUnnamed(DirectoryHandle at, uint mode) => _disk.CreateUnnamed(at, mode);

    public void LinkUnnamed(FileHandle file, DirectoryHandle at, string name) => _disk.LinkUnnamed(file, at, name);

    public void MakeSymlink(string target, DirectoryHandle at, string name) => _disk.MakeSymlink(target, at, name);

    public void MakeLink(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName) =>
        _disk.MakeLink(fromAt, fromName, toAt, toName);

    public void MakeNode(DirectoryHandle at, string name, FileKind kind, uint mode, uint major, uint minor) =>
        _disk.MakeNode(at, name, kind, mode, major, minor);

    public int Read(FileHandle file, Span<byte> buffer) => _disk.Read(file, buffer);

    public int ReadAt(FileHandle file, long offset, Span<byte> buffer) => _disk.ReadAt(file, offset, buffer);

    public void Write(FileHandle file, ReadOnlySpan<byte> bytes)
    {
        BeforeWrite?.Invoke(file.Path);
        _disk.Write(file, bytes);
    }

    public bool TryClone(FileHandle source, FileHandle target) => _disk.TryClone(source, target);

    public long? CopyRange(FileHandle source, FileHandle target, long lengthBytes) =>
        _disk.CopyRange(source, target, lengthBytes);

    public long DeduplicateRange(FileHandle source, FileHandle target, long offset, long lengthBytes) =>
        _disk.DeduplicateRange(source, target, offset, lengthBytes);

    public void SetOwner(DirectoryHandle at, string name, uint userId, uint groupId) =>
        _disk.SetOwner(at, name, userId, groupId);

    public void SetOwner(DirectoryHandle directory, uint userId, uint groupId) =>
        _disk.SetOwner(directory, userId, groupId);

    public void SetOwner(FileHandle file, uint userId, uint groupId) => _disk.SetOwner(file, userId, groupId);

    public void SetMode(DirectoryHandle at, string name, uint mode) => _disk.SetMode(at, name, mode);

    public void SetMode(DirectoryHandle directory, uint mode) => _disk.SetMode(directory, mode);

    public void SetMode(FileHandle file, uint mode) => _disk.SetMode(file, mode);

    public void SetTimes(DirectoryHandle at, string name, FileTime accessedAt, FileTime modifiedAt) =>
        _disk.SetTimes(at, name, accessedAt, modifiedAt);

    public void SetTimes(DirectoryHandle directory, FileTime accessedAt, FileTime modifiedAt) =>
        _disk.SetTimes(directory, accessedAt, modifiedAt);

    public void SetTimes(FileHandle file, FileTime accessedAt, FileTime modifiedAt) =>
        _disk.SetTimes(file, accessedAt, modifiedAt);

    public void SetXattr(DirectoryHandle at, string name, string attribute, ReadOnlySpan<byte> value) =>
        _disk.SetXattr(at, name, attribute, value);

    public void SetXattr(DirectoryHandle directory, string attribute, ReadOnlySpan<byte> value) =>
        _disk.SetXattr(directory, attribute, value);

    public void SetXattr(FileHandle file, string attribute, ReadOnlySpan<byte> value) =>
        _disk.SetXattr(file, attribute, value);

    public byte[]? Xattr(DirectoryHandle at, string name, string attribute) => _disk.Xattr(at, name, attribute);

    public byte[]? Xattr(DirectoryHandle directory, string attribute) => _disk.Xattr(directory, attribute);

    public bool RemoveXattr(DirectoryHandle directory, string attribute) => _disk.RemoveXattr(directory, attribute);

    public IReadOnlyList<string> XattrNames(DirectoryHandle at, string name) => _disk.XattrNames(at, name);

    public bool ClearProtection(DirectoryHandle at, string name) => _disk.ClearProtection(at, name);

    public void Rename(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName)
    {
        BeforeRename?.Invoke(fromName, toName);
        _disk.Rename(fromAt, fromName, toAt, toName);
    }

    public bool RemoveFile(DirectoryHandle at, string name) => _disk.RemoveFile(at, name);

    public bool RemoveDirectory(DirectoryHandle at, string name) => _disk.RemoveDirectory(at, name);

    public void Sync(FileHandle file) => _disk.Sync(file);

    public void SyncData(FileHandle file)
    {
        BeforeSyncData?.Invoke(file.Path);
        _disk.SyncData(file);
    }

    public void Sync(DirectoryHandle directory)
    {
        BeforeSync?.Invoke(directory.Path);
        _disk.Sync(directory);
    }

    public void SyncFileSystem(DirectoryHandle directory)
    {
        BeforeSyncFileSystem?.Invoke();
        _disk.SyncFileSystem(directory);
    }

    public void BindMount(string source, string target) => _disk.BindMount(source, target);

    public void MakePrivate(string mountPoint) => _disk.MakePrivate(mountPoint);

    public void MountOverlay(OverlayStack stack, string target, MountFlags flags) =>
        _disk.MountOverlay(stack, target, flags);

    public bool Unmount(string mountPoint) => _disk.Unmount(mountPoint);

    public bool IsMountPoint(string path) => _disk.IsMountPoint(path);

    public IReadOnlyList<string> MountsBelow(DirectoryHandle at, string name) => _disk.MountsBelow(at, name);
}
