// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Copying;

/// <summary>Copies single files that are no directories, and the attributes of those that are.</summary>
/// <param name="root">Below which names of files that were copied already are found again.</param>
internal sealed class FileCopy(IDisk disk, DirectoryHandle root, CopyOwners owners, CancellationToken cancellation)
{
    private const uint FirstMode = 0x180;           // 0600 until the owner is right
    private const uint Permissions = 0x1ff;
    private const string Capability = "security.capability";
    private const string UserPrefix = "user.";
    private readonly Dictionary<(ulong Device, ulong Inode), string> _copied = [];

    /// <param name="path">Of the copy, below the root.</param>
    internal void Copy(
        DirectoryHandle from, string name, FileStatus status, DirectoryHandle to, string toName, string path)
    {
        // Nobody can use a copy of a socket.
        if (status.Kind == FileKind.Socket) return;
        if (disk.Status(to, toName) is { IsDirectory: true })
        {
            throw new StorageException(StorageErrorKind.Invalid, $"open {to.Path}/{toName}: is a directory");
        }
        disk.RemoveFile(to, toName);
        if (status.LinkCount > 1 && _copied.TryGetValue((status.Device, status.Inode), out var earlier))
        {
            Link(earlier, to, toName);
            return;
        }
        Make(from, name, status, to, toName);
        if (status.LinkCount > 1) _copied[(status.Device, status.Inode)] = path;
    }

    /// <summary>Owner, mode, extended attributes and times, in the order in which none undoes another.</summary>
    internal void SetAttributes(DirectoryHandle from, string name, FileStatus status, DirectoryHandle copy)
    {
        var (user, group) = owners.Of(status);
        disk.SetOwner(copy, user, group);
        disk.SetMode(copy, status.Mode);
        foreach (var (attribute, value) in Xattrs(from, name)) disk.SetXattr(copy, attribute, value);
        disk.SetTimes(copy, status.ModifiedAt, status.ModifiedAt);
    }

    /// <summary>The same for a file, through the handle it was made with: by now something else may have its name, put
    /// there by the user of a container, who would gain a setuid program.</summary>
    private void SetAttributes(DirectoryHandle from, string name, FileStatus status, FileHandle copy)
    {
        var (user, group) = owners.Of(status);
        disk.SetOwner(copy, user, group);
        disk.SetMode(copy, status.Mode);
        foreach (var (attribute, value) in Xattrs(from, name)) disk.SetXattr(copy, attribute, value);
        disk.SetTimes(copy, status.ModifiedAt, status.ModifiedAt);
    }

    /// <summary>For what cannot be opened. It gets nothing that would give rights to another file in its
    /// place.</summary>
    private void SetAttributes(FileStatus status, DirectoryHandle to, string toName)
    {
        var (user, group) = owners.Of(status);
        disk.SetOwner(to, toName, user, group);
        if (status.Kind != FileKind.Symlink) disk.SetMode(to, toName, status.Mode & Permissions);
        disk.SetTimes(to, toName, status.ModifiedAt, status.ModifiedAt);
    }

    private IEnumerable<(string Attribute, byte[] Value)> Xattrs(DirectoryHandle from, string name)
    {
        foreach (var attribute in disk.XattrNames(from, name).Where(IsCopied))
        {
            if (disk.Xattr(from, name, attribute) is { } value) yield return (attribute, value);
        }
    }

    private static bool IsCopied(string attribute) =>
        attribute == Capability || attribute.StartsWith(UserPrefix, StringComparison.Ordinal);

    private void Link(string earlier, DirectoryHandle to, string toName)
    {
        var slash = earlier.LastIndexOf('/');
        using var at = disk.OpenBelow(root, earlier[..(slash + 1)]);
        disk.MakeLink(at, earlier[(slash + 1)..], to, toName);
    }

    private void Make(DirectoryHandle from, string name, FileStatus status, DirectoryHandle to, string toName)
    {
        switch (status.Kind)
        {
            case FileKind.Regular:
                CopyFile(from, name, status, to, toName);
                break;
            case FileKind.Symlink:
                disk.MakeSymlink(disk.ReadLink(from, name), to, toName);
                SetAttributes(status, to, toName);
                break;
            default:
                var (major, minor) =
                    (DeviceNumbers.Major(status.DeviceNumber), DeviceNumbers.Minor(status.DeviceNumber));
                disk.MakeNode(to, toName, status.Kind, FirstMode, major, minor);
                SetAttributes(status, to, toName);
                break;
        }
    }

    private void CopyFile(
        DirectoryHandle from, string name, FileStatus status, DirectoryHandle to, string toName)
    {
        using var source = disk.OpenFile(from, name);
        using var target = disk.CreateFile(to, toName, FirstMode);
        FileContent.Copy(disk, source, target, cancellation);
        SetAttributes(from, name, status, target);
    }
}
