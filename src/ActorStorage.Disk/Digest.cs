// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk;

/// <summary>A content digest as the OCI image specification writes it: <c>algorithm:hex</c>.</summary>
public readonly record struct Digest
{
    private const string Sha256Prefix = "sha256:";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private readonly string? _value;

    /// <exception cref="StorageException">The text is not a digest of a known algorithm and length.</exception>
    public Digest(string value)
    {
        if (Fault(value) is { } fault) throw new StorageException(StorageErrorKind.Invalid, fault);
        _value = value;
    }

    public string Value => _value ?? throw new InvalidOperationException("a digest was not set");

    public bool IsSha256 => Value.StartsWith(Sha256Prefix, StringComparison.Ordinal);

    /// <param name="hash">The 32 bytes of a SHA-256.</param>
    public static Digest Sha256(ReadOnlySpan<byte> hash) => new(Sha256Prefix + Convert.ToHexStringLower(hash));

    /// <summary>Why this text is not a digest, in the words scripts look for, or null when it is one.</summary>
    public static string? Fault(string? value)
    {
        var colon = value?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (value is null || colon <= 0 || colon == value.Length - 1) return "invalid checksum digest format";
        var hex = value.AsSpan(colon + 1);
        int? length = value.AsSpan(0, colon) switch { "sha256" => 64, "sha384" => 96, "sha512" => 128, _ => null };
        if (length is null) return "unsupported digest algorithm";
        if (hex.Length != length) return "invalid checksum digest length";
        return hex.ContainsAnyExcept(HexDigits) ? "invalid checksum digest format" : null;
    }

    public override string ToString() => _value ?? "";
}
