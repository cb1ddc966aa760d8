// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>The members of a layer record this version knows, in the order in which they are written.</summary>
internal enum LayerField
{
    Id,
    Names,
    Parent,
    Metadata,
    MountLabel,
    Created,
    CompressedDigest,
    CompressedSize,
    DiffDigest,
    TocDigest,
    DiffSize,
    Compression,
    UserIds,
    GroupIds,
    Flags,
    UserIdMaps,
    GroupIdMaps,
    BigDataNames,
    Unknown,
}

/// <summary>
/// One JSON object to a record. Member names match whatever their case, the last of two equal members wins, except that
/// two <c>flags</c> objects are merged: this is how the Go tools read.
/// </summary>
internal ref struct LayerRecordReader
{
    private static readonly byte[][] Names =
    [
        .. new[]
        {
            "id", "names", "parent", "metadata", "mountlabel", "created", "compressed-diff-digest", "compressed-size",
            "diff-digest", "toc-digest", "diff-size", "compression", "uidset", "gidset", "flags", "uidmap", "gidmap",
            "big-data-names",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private readonly ReadOnlyMemory<byte> _json;
    private string? _id;
    private ImmutableArray<string> _names = [];
    private string _parent = "";
    private string _metadata = "";
    private string _mountLabel = "";
    private Timestamp _created;
    private Digest? _compressedDigest;
    private long _compressedSize;
    private Digest? _diffDigest;
    private Digest? _tocDigest;
    private long _diffSize;
    private long _compression;
    private ImmutableArray<uint> _userIds = [];
    private ImmutableArray<uint> _groupIds = [];
    private LayerFlags _flags = LayerFlags.Empty;
    private ImmutableArray<IdMap> _userIdMaps = [];
    private ImmutableArray<IdMap> _groupIdMaps = [];
    private ImmutableArray<string> _bigDataNames = [];
    private ImmutableArray<UnknownField> _unknown = [];

    private LayerRecordReader(ReadOnlyMemory<byte> json) => _json = json;

    /// <param name="json">The whole document.</param>
    /// <param name="reader">Stands on the opening brace, and afterwards on the closing one.</param>
    internal static LayerRecord Read(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader, bool isVolatile)
    {
        var start = (int)reader.TokenStartIndex;
        var fields = new LayerRecordReader(json);
        fields.ReadFields(ref reader);
        return fields.ToRecord(isVolatile).ReadFrom(json[start..(int)reader.BytesConsumed]);
    }

    /// <param name="expected">Where to begin to look: members mostly come in their order.</param>
    internal static LayerField Find(ReadOnlySpan<byte> name, LayerField expected)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            var candidate = ((int)expected + i) % Names.Length;
            if (Ascii.EqualsIgnoreCase(Names[candidate], name)) return (LayerField)candidate;
        }
        return LayerField.Unknown;
    }

    private void ReadFields(ref Utf8JsonReader reader)
    {
        var field = LayerField.Id;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = _json[(int)reader.TokenStartIndex..((int)reader.TokenStartIndex + reader.ValueSpan.Length + 2)];
            var found = reader.ValueIsEscaped
                ? Find(Encoding.UTF8.GetBytes(JsonText.Read(ref reader)), field)
                : Find(reader.ValueSpan, field);
            reader.Read();
            ReadField(found, name, ref reader);
            if (found != LayerField.Unknown) field = found + 1;
        }
    }

    private void ReadField(LayerField field, ReadOnlyMemory<byte> name, ref Utf8JsonReader reader)
    {
        // Null empties a text, a list or the flags, but leaves a date or a number as an earlier member has set it.
        if (reader.TokenType == JsonTokenType.Null && field is (LayerField.Created or LayerField.CompressedSize
            or LayerField.DiffSize or LayerField.Compression))
        {
            return;
        }
        switch (field)
        {
            case LayerField.Id: _id = JsonValue.Text(ref reader); break;
            case LayerField.Names: _names = JsonValue.Texts(ref reader); break;
            case LayerField.Parent: _parent = JsonValue.Text(ref reader); break;
            case LayerField.Metadata: _metadata = JsonValue.Text(ref reader); break;
            case LayerField.MountLabel: _mountLabel = JsonValue.Text(ref reader); break;
            case LayerField.Created: _created = JsonValue.Date(ref reader); break;
            case LayerField.CompressedDigest: _compressedDigest = ReadDigest(name, ref reader); break;
            case LayerField.CompressedSize: _compressedSize = JsonValue.Number(ref reader); break;
            case LayerField.DiffDigest: _diffDigest = ReadDigest(name, ref reader); break;
            case LayerField.TocDigest: _tocDigest = ReadDigest(name, ref reader); break;
            case LayerField.DiffSize: _diffSize = JsonValue.Number(ref reader); break;
            case LayerField.Compression: _compression = JsonValue.Number(ref reader); break;
            case LayerField.UserIds: _userIds = JsonValue.Ids(ref reader); break;
            case LayerField.GroupIds: _groupIds = JsonValue.Ids(ref reader); break;
            case LayerField.Flags: ReadFlags(ref reader); break;
            case LayerField.UserIdMaps: _userIdMaps = JsonValue.Maps(ref reader); break;
            case LayerField.GroupIdMaps: _groupIdMaps = JsonValue.Maps(ref reader); break;
            case LayerField.BigDataNames: _bigDataNames = JsonValue.Texts(ref reader); break;
            default: _unknown = _unknown.Add(new UnknownField(name, JsonValue.Raw(_json, ref reader))); break;
        }
    }

    /// <summary>The Go tools keep any text here; what is no digest cannot be looked up and is only kept.</summary>
    private Digest? ReadDigest(ReadOnlyMemory<byte> name, ref Utf8JsonReader reader)
    {
        var text = JsonValue.Text(ref reader);
        if (text.Length == 0) return null;
        if (Digest.Fault(text) is null) return new Digest(text);
        _unknown = _unknown.Add(new UnknownField(name, JsonValue.Raw(_json, ref reader)));
        return null;
    }

    private void ReadFlags(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) _flags = LayerFlags.Empty;
        else JsonValue.Expect(ref reader, JsonTokenType.StartObject);
        if (reader.TokenType == JsonTokenType.Null) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            _flags = _flags.WithRaw(name, JsonValue.Raw(_json, ref reader));
        }
    }

    private readonly LayerRecord ToRecord(bool isVolatile) => new()
    {
        Id = new LayerId(_id ?? ""),
        Names = _names,
        Parent = _parent.Length == 0 ? null : new LayerId(_parent),
        Metadata = _metadata,
        MountLabel = _mountLabel,
        Created = _created,
        CompressedDigest = _compressedDigest,
        CompressedSizeBytes = _compressedSize,
        DiffDigest = _diffDigest,
        TocDigest = _tocDigest,
        DiffSizeBytes = _diffSize,
        Compression = (Compression)_compression,
        UserIds = _userIds,
        GroupIds = _groupIds,
        Flags = _flags,
        UserIdMaps = _userIdMaps,
        GroupIdMaps = _groupIdMaps,
        BigDataNames = _bigDataNames,
        UnknownFields = _unknown,
        Volatile = isVolatile,
    };
}
