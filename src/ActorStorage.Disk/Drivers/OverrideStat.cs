// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Drivers;

/// <summary>Owner and permissions of a file that may not have them, kept in an attribute of it:
/// <c>uid:gid:mode:type</c>.</summary>
/// <param name="Mode">The low twelve bits.</param>
internal readonly record struct OverrideStat(uint UserId, uint GroupId, uint Mode)
{
    internal const string Attribute = "user.containers.override_stat";

    /// <summary>What is kept aside of an existing file; null when there is nothing or when it makes no sense. The type
    /// may be missing, and nobody asks for it.</summary>
    internal static OverrideStat? Of(IDisk disk, DirectoryHandle directory)
    {
        if (disk.Xattr(directory, Attribute) is not { } value) return null;
        var fields = Encoding.UTF8.GetString(value).Split(':');
        if (fields.Length < 3
            || !uint.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var userId)
            || !uint.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var groupId)
            || fields[2].Length is 0 or > 6 || fields[2].AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            return null;
        }
        return new OverrideStat(userId, groupId, Convert.ToUInt32(fields[2], 8));
    }

    internal byte[] Text(FileKind kind, uint deviceMajor = 0, uint deviceMinor = 0)
    {
        var type = kind switch
        {
            FileKind.Directory => "dir",
            FileKind.Fifo => "pipe",
            FileKind.CharacterDevice => Device("char"),
            FileKind.BlockDevice => Device("block"),
            _ => "file",
        };
        var mode = Convert.ToString(Mode, 8).PadLeft(4, '0');
        return Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{UserId}:{GroupId}:{mode}:{type}"));

        string Device(string name) =>
            string.Create(CultureInfo.InvariantCulture, $"{name}-{deviceMajor}-{deviceMinor}");
    }
}
