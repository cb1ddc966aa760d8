// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;

namespace ActorStorage.Disk.Overlay;

/// <summary>The short name of a layer below <c>overlay/l</c>: 26 characters out of A-Z and 2-7.</summary>
public readonly record struct LinkId
{
    private const int Length = 26;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);
    private readonly string? _value;

    /// <exception cref="StorageException">Invalid: the text is no link id.</exception>
    public LinkId(string value)
    {
        if (!IsPossible(value))
            throw new StorageException(StorageErrorKind.Invalid, $"{Quoted.Text(value)} is not the id of a layer link");
        _value = value;
    }

    public string Value => _value ?? throw new InvalidOperationException("a link id was not set");

    /// <summary>Its path below the home.</summary>
    public string Path => $"l/{Value}";

    public static bool IsPossible(string value) =>
        value.Length == Length && !value.AsSpan().ContainsAnyExcept(Letters);

    public static LinkId Random() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    public override string ToString() => _value ?? "";
}
