// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>
/// The id of a layer. Usually 64 lower-case hex characters; a caller may choose any text that can be one directory
/// name. Records of other tools may bear any text at all, and are read all the same.
/// </summary>
public readonly record struct LayerId
{
    internal const string TarSplitSuffix = ".tar-split.gz";
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

    private LayerId(string value, bool isRecorded) => _value = isRecorded && value.Length > 0
        ? value
        : throw new StorageException(StorageErrorKind.Invalid, "layer id \"\" is empty");

    public string Value => _value ?? throw new InvalidOperationException("a layer id was not set");

    /// <summary>The id as some tool recorded it, which need not be one that a new layer may have.</summary>
    /// <exception cref="StorageException">Invalid: the text is empty.</exception>
    public static LayerId Recorded(string value) => new(value, isRecorded: true);

    public static LayerId Random() => new(RecordId.RandomText());

    /// <summary>Why this text cannot be a layer id, or null when it can.</summary>
    public static string? Fault(string? value) => RecordId.Fault(value)
        ?? (value.AsSpan().ContainsAny('\n', ':') ? "contains a character that the lower files cannot hold" : null);

    /// <summary>What the layer's directories are called.</summary>
    /// <exception cref="StorageException">UnsafePath: the id is no directory's name.</exception>
    public string DirectoryName
    {
        get
        {
            RecordId.RequireDirectoryName(Value);
            return Value;
        }
    }

    /// <summary>Whether anything of it can be on disk.</summary>
    internal bool IsDirectoryName => RecordId.Fault(Value) is null;

    /// <summary>What the file is called that tells how its archive was put together.</summary>
    /// <exception cref="StorageException">As <see cref="DirectoryName"/>.</exception>
    internal string TarSplitName => DirectoryName + TarSplitSuffix;

    /// <summary>
    /// Whether the store has a file or directory of its own by that name: a layer in its place would destroy it.
    /// Records of such layers, should another tool have made one, are read all the same.
    /// </summary>
    public bool IsReserved => Value is "l" or "tempdirs" or "staging" or "tmp" or "layers.lock" or "layers.json"
            or "volatile-layers.json"
        || Value.StartsWith('.') || Value.EndsWith(TarSplitSuffix, StringComparison.Ordinal);

    public override string ToString() => _value ?? "";
}
