// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Diff;

/// <summary>What was written, and what could not be.</summary>
/// <param name="Unmapped">Files that are left out, because their owner has no place in the layer's id maps.</param>
public sealed record TreeArchiveReport(long Entries, IReadOnlyList<string> Unmapped);

/// <summary>Files on disk to entries of an archive, as the Go tools describe them.</summary>
/// <param name="maps">Owners on the host are written as the ids that they are inside the container.</param>
internal sealed class TreeArchive(IDisk disk, Stream output, IdMaps maps, CancellationToken cancellation)
{
    private const int BufferBytes = 1 << 20;
    private readonly TarWriter _tar = new(output);
    private readonly Dictionary<(ulong Device, ulong Inode), string> _firstNames = [];
    private readonly List<string> _unmapped = [];
    private long _entries;

    /// <summary>
    /// Adds one file, or nothing when it cannot be in an archive (a socket), has vanished, or belongs to somebody
    /// unknown. A file with several names is a file once and a hard link to that name afterwards.
    /// </summary>
    /// <param name="path">Its name in the archive, without a trailing separator.</param>
    /// <returns>What it was written as; null for nothing.</returns>
    internal TarEntry? Add(DirectoryHandle at, string name, string path, FileStatus status)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return AddExisting(at, name, path, status);
        }
        catch (StorageException gone) when (gone.GetErrno() is Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>Adds an empty file that hides something.</summary>
    internal void AddWhiteout(TarEntry entry)
    {
        cancellation.ThrowIfCancellationRequested();
        Write(entry with { Kind = TarEntryKind.Regular, SizeBytes = 0 });
    }

    internal TreeArchiveReport Finish()
    {
        _tar.Finish();
        return new TreeArchiveReport(_entries, _unmapped);
    }

    private TarEntry? AddExisting(DirectoryHandle at, string name, string path, FileStatus status)
    {
        if (status.Kind == FileKind.Socket) return null;
        if (Owner(status) is not var (userId, groupId))
        {
            _unmapped.Add(path);
            return null;
        }
        var entry = new TarEntry
        {
            Name = status.IsDirectory ? $"{path}/" : path,
            LinkName = status.Kind == FileKind.Symlink ? disk.ReadLink(at, name) : "",
            Kind = KindOf(status.Kind),
            Mode = status.Mode,
            UserId = userId,
            GroupId = groupId,
            ModifiedAt = status.ModifiedAt with { Nanoseconds = 0 },
            DeviceMajor = IsDevice(status) ? DeviceNumbers.Major(status.DeviceNumber) : 0,
            DeviceMinor = IsDevice(status) ? DeviceNumbers.Minor(status.DeviceNumber) : 0,
            Xattrs = FileXattrs.ForArchive(disk, at, name),
        };
        if (status.IsWhiteout) return AddWhiteoutDevice(path, entry, status);
        if (FirstNameOf(status) is { } first)
            return Write(entry with { Kind = TarEntryKind.HardLink, LinkName = first });
        var written = status.Kind == FileKind.Regular ? WriteFile(at, name, entry) : Write(entry);
        // Only now: a name that vanishes before it is written is nothing that another one can be a link to.
        Remember(status, path);
        return written;
    }

    /// <summary>
    /// The kernel gives one whiteout many names, which are all written as files. That the others nevertheless name the
    /// first one means nothing to readers, but so the Go tools write them, and the digest should be the same.
    /// </summary>
    private TarEntry AddWhiteoutDevice(string path, TarEntry device, FileStatus status)
    {
        var nameAt = path.LastIndexOf('/') + 1;
        var name = $"{path[..nameAt]}{Whiteout.Prefix}{path[nameAt..]}";
        var first = FirstNameOf(status) ?? "";
        Remember(status, name);
        return Write(device with { Name = name, Kind = TarEntryKind.Regular, Mode = 0, LinkName = first });
    }

    /// <summary>The kernel makes whiteouts as root of the host, who is nobody in many a container.</summary>
    private (uint UserId, uint GroupId)? Owner(FileStatus status) =>
        maps.TryToContainer(status.UserId, status.GroupId) ?? (status.IsWhiteout ? (0, 0) : null);

    private string? FirstNameOf(FileStatus status) =>
        HasNames(status) ? _firstNames.GetValueOrDefault((status.Device, status.Inode)) : null;

    private void Remember(FileStatus status, string path)
    {
        if (HasNames(status)) _firstNames.TryAdd((status.Device, status.Inode), path);
    }

    private static bool HasNames(FileStatus status) => !status.IsDirectory && status.LinkCount >= 2;

    private TarEntry WriteFile(DirectoryHandle at, string name, TarEntry entry)
    {
        using var file = disk.OpenFile(at, name);
        var sizeBytes = disk.Status(file).SizeBytes;
        Write(entry = entry with { SizeBytes = sizeBytes });
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            // What is appended meanwhile is not part of the file that the header describes.
            for (var left = sizeBytes; left > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = disk.Read(file, buffer.AsSpan(0, (int)Math.Min(left, BufferBytes)));
                if (count == 0) throw Shortened(file);
                _tar.Content(buffer.AsSpan(0, count));
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return entry;
    }

    private TarEntry Write(TarEntry entry)
    {
        _tar.Header(entry);
        _entries++;
        return entry;
    }

    private static bool IsDevice(FileStatus status) => status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice;

    private static TarEntryKind KindOf(FileKind kind) => kind switch
    {
        FileKind.Directory => TarEntryKind.Directory,
        FileKind.Symlink => TarEntryKind.Symlink,
        FileKind.CharacterDevice => TarEntryKind.CharacterDevice,
        FileKind.BlockDevice => TarEntryKind.BlockDevice,
        FileKind.Fifo => TarEntryKind.Fifo,
        _ => TarEntryKind.Regular,
    };

    private static StorageException Shortened(FileHandle file) =>
        new(StorageErrorKind.Io, $"{file.Path} became shorter while it was read", file.Path);
}
