// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Files that an archive keeps in the place where AUFS kept those with several names. They do not belong to the layer,
/// but hard links to them do. Their contents lie one behind another in a file that has no name itself.
/// </summary>
internal sealed class HiddenFiles(IDisk disk, DirectoryHandle root) : IDisposable
{
    private const string Place = ".wh..wh.plnk";
    private const uint PrivateFile = 0x180;         // 0600
    private readonly Dictionary<string, (TarEntry Entry, long Offset)> _files = new(StringComparer.Ordinal);
    private FileHandle? _contents;
    private long _contentBytes;

    /// <param name="name">A cleaned name of the archive.</param>
    internal static bool Holds(string name) => name.StartsWith(Place, StringComparison.Ordinal);

    internal void Add(EntryPath path, TarEntry entry, TarReader payload)
    {
        _files[path.Name] = (entry, _contentBytes);
        while (true)
        {
            if (payload.SkipHole() is > 0 and var hole)
            {
                disk.WriteHole(_contents ??= Create(), hole);
                _contentBytes += hole;
            }
            var piece = payload.ReadPayload();
            if (piece.IsEmpty) break;
            disk.Write(_contents ??= Create(), piece);
            _contentBytes += piece.Length;
        }
    }

    internal TarEntry Find(TarEntry link) => Found(EntryPath.Clean(link.LinkName).Name).Entry;

    internal void Copy(TarEntry hidden, FileHandle target)
    {
        var (_, offset) = Found(EntryPath.Clean(hidden.Name).Name);
        if (hidden.SizeBytes == 0) return;
        FileContent.CopyRange(disk, _contents!, offset, hidden.SizeBytes, target, CancellationToken.None);
        disk.MoveTo(_contents!, _contentBytes);
    }

    public void Dispose() => _contents?.Dispose();

    private (TarEntry Entry, long Offset) Found(string name) => _files.TryGetValue(name, out var found)
        ? found
        : throw new StorageException(StorageErrorKind.InvalidArchive, $"invalid aufs hardlink to {Quoted.Text(name)}");

    /// <summary>With a name for a moment: not every file system knows files that never had one.</summary>
    private FileHandle Create()
    {
        var name = $".hidden-{Guid.NewGuid():n}";
        var file = disk.CreateFile(root, name, PrivateFile);
        disk.RemoveFile(root, name);
        return file;
    }
}
