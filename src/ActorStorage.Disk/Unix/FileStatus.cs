// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

public enum FileKind
{
    Regular,
    Directory,
    Symlink,
    CharacterDevice,
    BlockDevice,
    Fifo,
    Socket,
}

/// <summary>A moment with the resolution of the file system.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 UTC; negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, added to the seconds.</param>
public readonly record struct FileTime(long Seconds, long Nanoseconds);

/// <summary>What lstat(2) says of a file.</summary>
/// <param name="Mode">The low twelve bits: permissions, setuid, setgid, sticky.</param>
/// <param name="DeviceNumber">For device nodes, in the kernel's encoding (makedev).</param>
public sealed record FileStatus(
    FileKind Kind, uint Mode, uint UserId, uint GroupId, long SizeBytes, FileTime ModifiedAt,
    ulong DeviceNumber, ulong Device, ulong Inode, ulong LinkCount)
{
    /// <summary>The blocks that the file system has set aside for it, in bytes.</summary>
    public long AllocatedBytes { get; init; }

    public bool IsDirectory => Kind == FileKind.Directory;

    /// <summary>The overlay file system's mark of a deleted name: a character device 0/0.</summary>
    public bool IsWhiteout => Kind == FileKind.CharacterDevice && DeviceNumber == 0;
}
