// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>
/// A file that lies complete under a name nobody looks at, and becomes visible by one rename. Dispose takes it away
/// again when it was not published; a crash leaves it behind, and nobody reads it.
/// </summary>
public sealed class PreparedDocument : IDisposable
{
    private const uint Mode = 0x180;        // 0600
    private const int AttemptsMax = 100;
    private readonly IDisk _disk;
    private readonly DirectoryHandle _directory;
    private readonly string _temporaryName;
    private readonly string _name;
    private bool _disposed;

    private PreparedDocument(
        IDisk disk, DirectoryHandle directory, string temporaryName, string name, FileTime modifiedAt)
    {
        (_disk, _directory, _temporaryName, _name) = (disk, directory, temporaryName, name);
        ModifiedAt = modifiedAt;
    }

    /// <summary>What the file's time of modification will be when it is published.</summary>
    public FileTime ModifiedAt { get; }

    /// <summary>Whether it stands in the place of the one that had its name.</summary>
    public bool IsPublished { get; private set; }

    /// <param name="directory">Must stay open until the document is published or disposed.</param>
    /// <param name="sync">Whether the bytes must reach the disk now. False for volatile documents only.</param>
    public static PreparedDocument Prepare(
        IDisk disk, DirectoryHandle directory, string name, ReadOnlyMemory<byte> bytes, bool sync) =>
        Prepare(disk, directory, name, file => disk.Write(file, bytes.Span), sync);

    /// <inheritdoc cref="Prepare(IDisk, DirectoryHandle, string, ReadOnlyMemory{byte}, bool)"/>
    /// <param name="write">Fills the file.</param>
    internal static PreparedDocument Prepare(
        IDisk disk, DirectoryHandle directory, string name, Action<FileHandle> write, bool sync)
    {
        var (file, temporaryName) = Create(disk, directory, name);
        try
        {
            using (file)
            {
                write(file);
                if (sync) disk.SyncData(file);
                var modifiedAt = disk.Status(file).ModifiedAt;
                disk.SetMode(file, Mode);       // the umask may have taken bits away
                return new PreparedDocument(disk, directory, temporaryName, name, modifiedAt);
            }
        }
        catch
        {
            disk.RemoveFile(directory, temporaryName);
            throw;
        }
    }

    /// <summary>Puts the file in the place of the one that had its name.</summary>
    public void Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed || IsPublished, this);
        _disk.Rename(_directory, _temporaryName, _directory, _name);
        IsPublished = true;
    }

    public void Dispose()
    {
        if (_disposed || IsPublished) return;
        _disposed = true;
        _disk.RemoveFile(_directory, _temporaryName);
    }

    private static (FileHandle File, string Name) Create(IDisk disk, DirectoryHandle directory, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            var number = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
            var temporaryName = string.Create(CultureInfo.InvariantCulture, $".tmp-{name}{number}");
            try
            {
                return (disk.CreateFile(directory, temporaryName, Mode), temporaryName);
            }
            catch (StorageException taken) when (taken.Kind == StorageErrorKind.AlreadyExists && attempt < AttemptsMax)
            {
                // Somebody's crash left this very name: draw another one.
            }
        }
    }
}
