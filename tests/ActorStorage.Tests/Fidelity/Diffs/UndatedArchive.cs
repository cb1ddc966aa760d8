// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// An archive without the one thing in it that is the moment of writing: the times of entries that hide a file, which
/// are not on disk when two trees are compared. Nor are there the entries that are listed.
/// </summary>
internal static class UndatedArchive
{
    private const int BlockBytes = 512;
    private const string WhiteoutPrefix = ".wh.";
    private const string PathRecord = " path=";

    public static byte[] Of(byte[] archive, ListedDifferences listed)
    {
        using var undated = new MemoryStream();
        string? longName = null;
        for (int at = 0, start = 0; at < archive.Length;)
        {
            var header = archive.AsSpan(at, BlockBytes);
            var sizeBytes = (int)Octal(header[124..136]);
            var type = header[156];
            var next = at + BlockBytes + (sizeBytes + BlockBytes - 1) / BlockBytes * BlockBytes;
            if (type == 'x')
            {
                longName = NameIn(Encoding.Latin1.GetString(archive, at + BlockBytes, sizeBytes)) ?? longName;
                at = next;
                continue;
            }
            var name = longName ?? Encoding.Latin1.GetString(header[..100]).TrimEnd('\0');
            if (!listed.HasEntry(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name))))
            {
                var entry = archive[start..next];
                if (sizeBytes == 0 && name.Contains(WhiteoutPrefix, StringComparison.Ordinal))
                    entry.AsSpan(at - start + 136, 20).Clear();
                undated.Write(entry);
            }
            longName = null;
            start = at = next;
        }
        return undated.ToArray();
    }

    private static string? NameIn(string records)
    {
        var start = records.IndexOf(PathRecord, StringComparison.Ordinal);
        if (start < 0) return null;
        start += PathRecord.Length;
        return records[start..records.IndexOf('\n', start)];
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var digits = Encoding.ASCII.GetString(field).Trim(' ', '\0');
        return digits.Length == 0 ? 0 : Convert.ToInt64(digits, 8);
    }
}
