// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace ActorStorage.Disk;

/// <summary>
/// The id of a layer. Usually 64 lower-case hex characters; a caller may choose any text that can be one directory
/// name.
/// </summary>
public readonly record struct LayerId
{
    private const int LengthMax = 200;      // with ".tar-split.gz" and a trash counter it stays one file name
    private readonly string? _value;

    /// <exception cref="StorageException">The text is empty, too long, or could not be one directory name.</exception>
    public LayerId(string value)
    {
        if (Fault(value) is { } fault)
        {
            throw new StorageException(StorageErrorKind.Invalid, $"layer id {Quoted.Text(value)} {fault}");
        }
        _value = value;
    }

    public string Value => _value ?? throw new InvalidOperationException("a layer id was not set");

    /// <summary>32 random bytes as hex, never with twelve digits in front: short forms must not look like
    /// numbers.</summary>
    public static LayerId Random()
    {
        while (true)
        {
            var text = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            if (text.AsSpan(0, 12).ContainsAnyExceptInRange('0', '9')) return new LayerId(text);
        }
    }

    /// <summary>Why this text cannot be a layer id, or null when it can.</summary>
    public static string? Fault(string? value) => value switch
    {
        null or "" => "is empty",
        "." or ".." => "is not a name",
        { Length: > LengthMax } => $"is longer than {LengthMax} characters",
        _ when value.AsSpan().ContainsAny('/', '\0') => "contains a separator",
        _ when value.AsSpan().ContainsAny('\n', ':') => "contains a character that the lower files cannot hold",
        _ => null,
    };

    /// <summary>
    /// Whether the store has a file or directory of its own by that name: a layer in its place would destroy it.
    /// Records of such layers, should another tool have made one, are read all the same.
    /// </summary>
    public bool IsReserved => Value is "l" or "tempdirs" or "staging" or "tmp" or "layers.lock" or "layers.json"
            or "volatile-layers.json"
        || Value.StartsWith('.') || Value.EndsWith(".tar-split.gz", StringComparison.Ordinal);

    public override string ToString() => _value ?? "";
}
