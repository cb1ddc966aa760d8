// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Diff;

/// <summary>An archive as text, one line for each member.</summary>
internal static class TarMembers
{
    internal static IReadOnlyList<string> Of(byte[] archive)
    {
        using var blob = new BlobReader(new MemoryStream(archive));
        using var reader = new TarReader(blob, split: null, ArchiveLimits.Default);
        var lines = new List<string>();
        while (reader.Next() is { } entry)
        {
            var content = new MemoryStream();
            for (var piece = reader.ReadPayload(); !piece.IsEmpty; piece = reader.ReadPayload()) content.Write(piece);
            var hash = Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..8];
            var xattrs = entry.Xattrs.Select(each => $"{each.Key}={Convert.ToHexStringLower(each.Value)}");
            lines.Add($"{entry.Name} {entry.Kind} {Convert.ToString(entry.Mode, 8)} {entry.UserId}:{entry.GroupId}"
                + $" {entry.SizeBytes} {entry.ModifiedAt.Seconds}.{entry.ModifiedAt.Nanoseconds} {entry.LinkName}"
                + $" {entry.DeviceMajor}:{entry.DeviceMinor} {hash} {string.Join(' ', xattrs)}");
        }
        return lines;
    }
}
