// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Trees;

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
