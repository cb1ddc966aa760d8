// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;

namespace ActorStorage.Disk;

/// <summary>What ids of layers, images and containers have in common: each is the name of a directory.</summary>
internal static class RecordId
{
    private const int LengthMax = 200;      // with ".tar-split.gz" and a trash counter it stays one file name

    private const int DrawnLength = 64;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Why this text cannot be a directory's name, or null when it can.</summary>
    internal static string? Fault(string? value) => value switch
    {
        null or "" => "is empty",
        "." or ".." => "is not a name",
        { Length: > LengthMax } => $"is longer than {LengthMax} characters",
        _ when value.AsSpan().ContainsAny('/', '\0') => "contains a separator",
        _ => null,
    };

    /// <exception cref="StorageException">UnsafePath: the id, which some other tool recorded, is no directory's
    /// name.</exception>
    internal static void RequireDirectoryName(string id)
    {
        if (Fault(id) is { } fault)
            throw new StorageException(StorageErrorKind.UnsafePath, $"the id {Quoted.Text(id)} {fault}");
    }

    /// <summary>Whether the text looks as if an engine had drawn it, and not a person.</summary>
    internal static bool IsDrawn(string text) =>
        text.Length == DrawnLength && !text.AsSpan().ContainsAnyExcept(HexDigits);

    /// <summary>32 random bytes as hex, never with twelve digits in front: short forms must not look like
    /// numbers.</summary>
    internal static string RandomText()
    {
        while (true)
        {
            var text = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            if (text.AsSpan(0, 12).ContainsAnyExceptInRange('0', '9')) return text;
        }
    }
}
