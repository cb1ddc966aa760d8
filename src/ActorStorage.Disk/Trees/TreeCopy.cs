// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

/// <summary>
/// Copies a tree with everything that belongs to it: owners, modes, times, extended attributes, names of one file.
/// Blocks are shared where the file system can do that.
/// </summary>
public sealed class TreeCopy
{
    private const uint PrivateDirectory = 0x1c0;    // 0700
    private const uint PrivateFile = 0x180;         // 0600
    private readonly IDisk _disk;
    private readonly CancellationToken _cancellation;
    private readonly LinkedFiles _links;
    private readonly CopiedAttributes _attributes;

    private TreeCopy(IDisk disk, DirectoryHandle to, OwnerChange change, CancellationToken cancellation)
    {
        (_disk, _cancellation) = (disk, cancellation);
        _links = new LinkedFiles(disk, to);
        _attributes = new CopiedAttributes(disk, change);
    }

    /// <param name="from">Nobody changes it meanwhile.</param>
    /// <param name="to">An empty directory; it becomes like the other one.</param>
    /// <param name="change">What the owners become.</param>
    /// <exception cref="StorageException">Part of the tree may be there.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static void Run(
        IDisk disk, DirectoryHandle from, DirectoryHandle to, OwnerChange change, CancellationToken cancellation)
    {
        var copy = new TreeCopy(disk, to, change, cancellation);
        copy.Below(from, to, "");
        copy._attributes.Apply(from, ".", to, ".", disk.Status(from));
    }

    private void Below(DirectoryHandle from, DirectoryHandle to, string path)
    {
        foreach (var name in _disk.List(from))
        {
            _cancellation.ThrowIfCancellationRequested();
            if (_disk.Status(from, name) is not { } file) continue;
            if (_links.IsKnown(file, path, name))
            {
                _links.Link(file, to, name);
                continue;
            }
            Copy(from, to, path, name, file);
            _attributes.Apply(from, name, to, name, file);
        }
    }

    private void Copy(DirectoryHandle from, DirectoryHandle to, string path, string name, FileStatus file)
    {
        switch (file.Kind)
        {
            case FileKind.Directory:
                _disk.MakeDirectory(to, name, PrivateDirectory);
                using (var source = _disk.OpenDirectory(from, name))
                using (var target = _disk.OpenDirectory(to, name))
                    Below(source, target, path.Length == 0 ? name : $"{path}/{name}");
                break;
            case FileKind.Regular:
                using (var source = _disk.OpenFile(from, name))
                using (var target = _disk.CreateFile(to, name, PrivateFile))
                    CopyBytes(source, target);
                break;
            case FileKind.Symlink:
                _disk.MakeSymlink(_disk.ReadLink(from, name), to, name);
                break;
            default:
                _disk.MakeNode(to, name, file.Kind, PrivateFile, Major(file.DeviceNumber), Minor(file.DeviceNumber));
                break;
        }
    }

    private void CopyBytes(FileHandle from, FileHandle to)
    {
        const int AtATime = 1 << 26;
        if (_disk.TryClone(from, to)) return;
        long? count;
        do
        {
            _cancellation.ThrowIfCancellationRequested();
            count = _disk.CopyRange(from, to, AtATime);
        }
        while (count > 0);
        if (count is null) CopyThrough(from, to);
    }

    /// <summary>For file systems between which the kernel does not copy by itself.</summary>
    private void CopyThrough(FileHandle from, FileHandle to)
    {
        var buffer = new byte[1 << 20];
        while (_disk.Read(from, buffer) is > 0 and var count)
        {
            _cancellation.ThrowIfCancellationRequested();
            _disk.Write(to, buffer.AsSpan(0, count));
        }
    }

    private static uint Major(ulong device) => (uint)(((device >> 8) & 0xfff) | ((device >> 32) & 0xfffff000));

    private static uint Minor(ulong device) => (uint)((device & 0xff) | ((device >> 12) & 0xffffff00));
}

/// <summary>What a copy has of its original besides bytes and names.</summary>
internal sealed class CopiedAttributes(IDisk disk, OwnerChange change)
{
    private const string SecurityLabel = "security.selinux";    // the host's policy labels files

    /// <summary>A new owner takes rights away, so that modes and attributes come after it.</summary>
    internal void Apply(DirectoryHandle from, string name, DirectoryHandle to, string copy, FileStatus file)
    {
        var (userId, groupId) = change.Of(file.UserId, file.GroupId);
        disk.SetOwner(to, copy, userId, groupId);
        if (file.Kind != FileKind.Symlink) disk.SetMode(to, copy, file.Mode);
        foreach (var attribute in disk.XattrNames(from, name))
        {
            if (attribute == SecurityLabel || disk.Xattr(from, name, attribute) is not { } value) continue;
            SetXattr(to, copy, attribute, value);
        }
        disk.SetTimes(to, copy, file.ModifiedAt, file.ModifiedAt);
    }

    private void SetXattr(DirectoryHandle to, string copy, string attribute, byte[] value)
    {
        try
        {
            disk.SetXattr(to, copy, attribute, value);
        }
        catch (StorageException refused) when (refused.Kind == StorageErrorKind.NotSupported
            || refused.Kind == StorageErrorKind.AccessDenied && UserNamespace.IsInside)
        {
            // As when an archive is unpacked: what the file system does not know is left out.
        }
    }
}
