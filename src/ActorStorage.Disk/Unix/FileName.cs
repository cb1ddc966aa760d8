// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace ActorStorage.Disk.Unix;

/// <summary>Bytes that name a file as text that <see cref="Mono.Unix.UnixEncoding"/> turns into the same bytes
/// again.</summary>
internal static class FileName
{
    public static string Decode(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : DecodeAny(bytes);

    /// <summary>
    /// A byte that is not UTF-8 becomes a NUL and the byte. The encoding's own decoder is not used: it takes encoded
    /// surrogates for characters and loses them on the way back.
    /// </summary>
    private static string DecodeAny(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(2 * bytes.Length);
        while (!bytes.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            if (isValid)
            {
                text.Append(rune);
            }
            else
            {
                foreach (var each in bytes[..length]) text.Append('\0').Append((char)each);
            }
            bytes = bytes[length..];
        }
        return text.ToString();
    }
}
