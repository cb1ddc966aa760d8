// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// An archive without the one thing in it that is the moment of writing: the times of entries that hide a file, which
/// are not on disk when two trees are compared.
/// </summary>
internal static class UndatedArchive
{
    private const int BlockBytes = 512;
    private const string WhiteoutPrefix = ".wh.";

    public static byte[] Of(byte[] archive)
    {
        byte[] undated = [.. archive];
        var isHiding = false;
        for (var at = 0; at + BlockBytes <= undated.Length;)
        {
            var header = undated.AsSpan(at, BlockBytes);
            var sizeBytes = Octal(header[124..136]);
            var type = header[156];
            if (type == 'x')
            {
                // The name is in the extension when it is long; the header that follows has a part of it.
                isHiding = Encoding.UTF8.GetString(undated.AsSpan(at + BlockBytes, (int)sizeBytes))
                    .Contains(WhiteoutPrefix, StringComparison.Ordinal);
            }
            else
            {
                var name = Encoding.UTF8.GetString(header[..100]);
                if (sizeBytes == 0 && (isHiding || name.Contains(WhiteoutPrefix, StringComparison.Ordinal)))
                {
                    header[136..148].Clear();
                    header[148..156].Clear();
                }
                isHiding = false;
            }
            at += BlockBytes + (int)((sizeBytes + BlockBytes - 1) / BlockBytes * BlockBytes);
        }
        return undated;
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var digits = Encoding.ASCII.GetString(field).Trim(' ', '\0');
        return digits.Length == 0 ? 0 : Convert.ToInt64(digits, 8);
    }
}
