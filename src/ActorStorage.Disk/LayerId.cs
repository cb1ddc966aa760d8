// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>
/// The id of a layer. Usually 64 lower-case hex characters; a caller may choose any text that can be one directory
/// name.
/// </summary>
public readonly record struct LayerId
{
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

    public static LayerId Random() => new(RecordId.RandomText());

    /// <summary>Why this text cannot be a layer id, or null when it can.</summary>
    public static string? Fault(string? value) => RecordId.Fault(value)
        ?? (value.AsSpan().ContainsAny('\n', ':') ? "contains a character that the lower files cannot hold" : null);

    /// <summary>
    /// Whether the store has a file or directory of its own by that name: a layer in its place would destroy it.
    /// Records of such layers, should another tool have made one, are read all the same.
    /// </summary>
    public bool IsReserved => Value is "l" or "tempdirs" or "staging" or "tmp" or "layers.lock" or "layers.json"
            or "volatile-layers.json"
        || Value.StartsWith('.') || Value.EndsWith(".tar-split.gz", StringComparison.Ordinal);

    public override string ToString() => _value ?? "";
}
