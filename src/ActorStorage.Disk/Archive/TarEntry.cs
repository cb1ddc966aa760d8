// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Archive;

public enum TarEntryKind
{
    Regular,
    HardLink,
    Symlink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
    /// <summary>PAX records for a whole archive. They change no other entry, as with the Go tools.</summary>
    GlobalHeader,
}

/// <summary>One member of an archive, with what its PAX and GNU extension headers say applied.</summary>
/// <remarks>Text that is not UTF-8 is carried as <see cref="Mono.Unix.UnixEncoding"/> does it.</remarks>
public sealed record TarEntry
{
    /// <summary>As the archive has it: not cleaned, a trailing separator kept.</summary>
    public required string Name { get; init; }

    /// <summary>Target of a symbolic link, or the name in this archive that a hard link repeats.</summary>
    public string LinkName { get; init; } = "";
    public TarEntryKind Kind { get; init; }

    /// <summary>The low twelve bits: permissions, setuid, setgid, sticky.</summary>
    public uint Mode { get; init; }
    public long UserId { get; init; }
    public long GroupId { get; init; }

    /// <summary>What the header says. Only <see cref="TarEntryKind.Regular"/> has a payload of that size.</summary>
    public long SizeBytes { get; init; }
    public FileTime ModifiedAt { get; init; }
    public FileTime? AccessedAt { get; init; }
    public uint DeviceMajor { get; init; }
    public uint DeviceMinor { get; init; }

    /// <summary>Only those of <c>SCHILY.xattr</c> records.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs { get; init; } = [];
}
