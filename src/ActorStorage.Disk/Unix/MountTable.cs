// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Mono.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>The kernel's list of mounts as this process sees it.</summary>
internal static class MountTable
{
    private const int MountPointField = 4;
    private const string MountId = "mnt_id:";

    /// <summary>The mount points in the text of /proc/self/mountinfo that are the path or lie below it.</summary>
    internal static IReadOnlyList<string> Below(string mountInfo, string path) => mountInfo
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => Unescape(line.Split(' ', MountPointField + 2)[MountPointField]))
        .Where(point => point == path || point.StartsWith(path + "/", StringComparison.Ordinal))
        .OrderByDescending(point => point.Length)
        .ToList();

    /// <summary>Of the file system that an open file lies in.</summary>
    /// <returns>Null for a mount that is not in the list: one that was taken away while the file is open.</returns>
    internal static (uint Major, uint Minor)? DeviceOf(int descriptor)
    {
        var open = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}");
        var id = File.ReadLines(open).First(line => line.StartsWith(MountId, StringComparison.Ordinal));
        var begin = $"{id[MountId.Length..].Trim()} ";
        var mount = File.ReadLines("/proc/self/mountinfo").FirstOrDefault(
            line => line.StartsWith(begin, StringComparison.Ordinal));
        // "36 35 98:0 /mnt1 /mnt2 rw,noatime ..."
        if (mount?.Split(' ', 4)[2].Split(':') is not [var major, var minor]) return null;
        return (uint.Parse(major, CultureInfo.InvariantCulture), uint.Parse(minor, CultureInfo.InvariantCulture));
    }

    /// <summary>Space, tab, line feed and backslash stand there as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] != '\\' || i + 3 >= field.Length)
            {
                text.Append(field[i]);
                continue;
            }
            text.Append((char)Convert.ToInt32(field.Substring(i + 1, 3), 8));
            i += 3;
        }
        return text.ToString();
    }
}

/// <content>What keeps a file from being removed: mounts on it.</content>
public sealed partial class LinuxDisk
{
    public IReadOnlyList<string> MountsBelow(DirectoryHandle at, string name)
    {
        var buffer = new byte[4096];        // PATH_MAX
        var length = Syscall.readlink($"/proc/self/fd/{at.Descriptor}", buffer);
        if (length < 0) throw Failure.Of("readlink", at.Path);
        var here = UnixEncoding.Instance.GetString(buffer, 0, (int)length);
        var mountInfo = UnixEncoding.Instance.GetString(File.ReadAllBytes("/proc/self/mountinfo"));
        return MountTable.Below(mountInfo, here == "/" ? $"/{name}" : $"{here}/{name}");
    }
}
