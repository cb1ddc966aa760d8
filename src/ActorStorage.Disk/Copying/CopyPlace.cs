// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Copying;

/// <summary>A path inside a tree that may belong to somebody else.</summary>
/// <param name="Root">What is "/" for the path: the host's root, or where a layer is mounted. No symbolic link on the
/// way leads out of it.</param>
/// <param name="Path">Absolute, and without "..".</param>
/// <param name="Maps">How the owners in the tree are numbered.</param>
public sealed record CopyPlace(DirectoryHandle Root, string Path, IdMaps Maps)
{
    private const int LinksMax = 40;    // as the kernel's

    /// <summary>Opens the directory that holds the path's last component.</summary>
    /// <exception cref="StorageException">NotFound, or what else keeps it from being opened.</exception>
    internal (DirectoryHandle Parent, string Name) OpenParent(IDisk disk)
    {
        var slash = Path.LastIndexOf('/');
        var name = Path[(slash + 1)..];
        return (disk.OpenBelow(Root, Path[..(slash + 1)]), name.Length > 0 ? name : ".");
    }

    /// <summary>Likewise for what the path means when its last component is a symbolic link, or nothing.</summary>
    /// <exception cref="StorageException">NotFound: there is nothing.</exception>
    internal (DirectoryHandle Parent, string Name, FileStatus Status) OpenFollowed(IDisk disk)
    {
        var place = this with { Path = Path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" };
        for (var links = 0; links <= LinksMax; links++)
        {
            var (parent, name) = place.OpenParent(disk);
            try
            {
                var status = disk.Status(parent, name) ?? throw Missing();
                if (status.Kind != FileKind.Symlink)
                {
                    (var found, parent) = (parent, null!);
                    return (found, name, status);
                }
                var target = disk.ReadLink(parent, name);
                place = place with { Path = target.StartsWith('/') ? target : $"{place.Folder}{target}" };
            }
            finally
            {
                parent?.Dispose();
            }
        }
        throw new StorageException(StorageErrorKind.UnsafePath, $"stat {Shown}: too many levels of symbolic links");
    }

    private string Folder => Path[..(Path.LastIndexOf('/') + 1)];

    /// <summary>As people know the place.</summary>
    public string Shown => Root.Path == "/" ? Path : Root.Path + Path;

    private StorageException Missing() =>
        new(StorageErrorKind.NotFound, $"stat {Shown}: no such file or directory", Shown);
}
