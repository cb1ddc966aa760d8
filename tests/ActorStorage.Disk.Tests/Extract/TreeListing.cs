// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Extract;

/// <summary>All that can be seen of a tree, one line for each file, so that two trees compare as text.</summary>
internal static class TreeListing
{
    private static readonly LinuxDisk Disk = new();

    /// <param name="since">
    /// Times from then on are the run's own and all count as equal. Null: all times as they are, except for accesses,
    /// since the listing itself is one.
    /// </param>
    public static IReadOnlyList<string> Of(string path, DateTimeOffset? since)
    {
        using var root = Disk.OpenDirectory(path);
        var lines = new List<string>();
        Describe(root, ".", "/", since, lines, []);
        return lines;
    }

    private static void Describe(
        DirectoryHandle at, string name, string path, DateTimeOffset? since, List<string> lines,
        Dictionary<ulong, string> seen)
    {
        var status = Disk.Status(at, name)!;
        var first = seen.TryAdd(status.Inode, path) ? path : seen[status.Inode];
        var line = $"{path} {status.Kind} {Convert.ToString(status.Mode, 8)} {status.UserId}:{status.GroupId}"
            + $" modified {Time(status.ModifiedAt, since)}{Accessed(at, name, status, since)}";
        if (!status.IsDirectory) line += $" links {status.LinkCount} of {first}";
        line += status.Kind switch
        {
            FileKind.Regular => $" content {Content(at, name)}",
            FileKind.Symlink => $" to {Disk.ReadLink(at, name)}",
            FileKind.CharacterDevice or FileKind.BlockDevice => $" number {status.DeviceNumber:x}",
            _ => "",
        };
        foreach (var attribute in Disk.XattrNames(at, name).Order(StringComparer.Ordinal))
            line += $" {attribute}={Convert.ToHexStringLower(Disk.Xattr(at, name, attribute)!)}";
        lines.Add(line);
        if (!status.IsDirectory) return;
        using var directory = Disk.OpenDirectory(at, name);
        foreach (var child in Disk.List(directory).Order(StringComparer.Ordinal))
            Describe(directory, child, $"{path.TrimEnd('/')}/{child}", since, lines, seen);
    }

    /// <summary>Only of files: looking into a directory or a link is an access itself.</summary>
    private static string Accessed(DirectoryHandle at, string name, FileStatus status, DateTimeOffset? since)
    {
        if (since is null || status.Kind is FileKind.Directory or FileKind.Symlink) return "";
        Assert.Equal(0, Syscall.fstatat(at.Descriptor, name, out var raw, AtFlags.AT_SYMLINK_NOFOLLOW));
        return $" accessed {Time(new FileTime(raw.st_atime, raw.st_atime_nsec), since)}";
    }

    private static string Time(FileTime time, DateTimeOffset? since) =>
        since is { } start && time.Seconds >= start.ToUnixTimeSeconds()
            && time.Seconds < start.AddDays(1).ToUnixTimeSeconds()
            ? "now"
            : $"{time.Seconds}.{time.Nanoseconds:d9}";

    private static string Content(DirectoryHandle at, string name)
    {
        using var file = Disk.OpenFile(at, name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var count = Disk.Read(file, buffer); count > 0; count = Disk.Read(file, buffer))
            hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
