// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// An archive without the one thing in it that is the moment of writing: the times of entries that hide a file, which
/// are not on disk when two trees are compared. Nor are there the entries that are to be left out.
/// </summary>
internal static class UndatedArchive
{
    private const int BlockBytes = 512;
    private const string WhiteoutPrefix = ".wh.";
    private const string PathKey = "path=";

    public static byte[] Of(byte[] archive, Func<string, bool> isLeftOut)
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
            if (!isLeftOut(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name))))
            {
                var entry = archive[start..next];
                if (sizeBytes == 0 && IsWhiteout(name))
                    entry.AsSpan(at - start + 136, 20).Clear();
                undated.Write(entry);
            }
            longName = null;
            start = at = next;
        }
        return undated.ToArray();
    }

    private static bool IsWhiteout(string name) =>
        name.AsSpan(name.LastIndexOf('/') + 1).StartsWith(WhiteoutPrefix, StringComparison.Ordinal);

    /// <param name="records">"LENGTH KEY=VALUE\n" each; a value may have line ends of its own.</param>
    private static string? NameIn(string records)
    {
        for (var at = 0; at < records.Length;)
        {
            var key = records.IndexOf(' ', at) + 1;
            var end = at + int.Parse(records.AsSpan(at, key - 1 - at), CultureInfo.InvariantCulture);
            if (records.AsSpan(key).StartsWith(PathKey, StringComparison.Ordinal))
                return records[(key + PathKey.Length)..(end - 1)];
            at = end;
        }
        return null;
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var digits = Encoding.ASCII.GetString(field).Trim(' ', '\0');
        return digits.Length == 0 ? 0 : Convert.ToInt64(digits, 8);
    }
}
