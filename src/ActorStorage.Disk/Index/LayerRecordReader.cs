// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
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
    Unknown = MemberNames.Unknown,
}

/// <summary>One JSON object to a record.</summary>
internal ref struct LayerRecordReader
{
    private static readonly MemberNames Names = new(
        "id", "names", "parent", "metadata", "mountlabel", "created", "compressed-diff-digest", "compressed-size",
        "diff-digest", "toc-digest", "diff-size", "compression", "uidset", "gidset", "flags", "uidmap", "gidmap",
        "big-data-names");

    private MemberReader _members;
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
    private RecordFlags _flags = RecordFlags.Empty;
    private ImmutableArray<IdMap> _userIdMaps = [];
    private ImmutableArray<IdMap> _groupIdMaps = [];
    private ImmutableArray<string> _bigDataNames = [];
    private ImmutableArray<UnknownField> _unknown = [];

    private LayerRecordReader(ReadOnlyMemory<byte> json) => _members = new MemberReader(json, Names);

    /// <param name="json">The whole document.</param>
    /// <param name="reader">Stands on the opening brace, and afterwards on the closing one.</param>
    internal static LayerRecord Read(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader, DocumentKind document)
    {
        var fields = new LayerRecordReader(json);
        while (fields._members.Next(ref reader)) fields.ReadField((LayerField)fields._members.Member, ref reader);
        return fields.ToRecord(document);
    }

    internal static LayerField Find(ReadOnlySpan<byte> name) => (LayerField)Names.Find(name);

    private void ReadField(LayerField field, ref Utf8JsonReader reader)
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
            case LayerField.CompressedDigest: _compressedDigest = ReadDigest(ref reader); break;
            case LayerField.CompressedSize: _compressedSize = JsonValue.Number(ref reader); break;
            case LayerField.DiffDigest: _diffDigest = ReadDigest(ref reader); break;
            case LayerField.TocDigest: _tocDigest = ReadDigest(ref reader); break;
            case LayerField.DiffSize: _diffSize = JsonValue.Number(ref reader); break;
            case LayerField.Compression: _compression = JsonValue.Number(ref reader); break;
            case LayerField.UserIds: _userIds = JsonValue.Ids(ref reader); break;
            case LayerField.GroupIds: _groupIds = JsonValue.Ids(ref reader); break;
            case LayerField.Flags: _flags = _members.Flags(ref reader, _flags); break;
            case LayerField.UserIdMaps: _userIdMaps = JsonValue.Maps(ref reader); break;
            case LayerField.GroupIdMaps: _groupIdMaps = JsonValue.Maps(ref reader); break;
            case LayerField.BigDataNames: _bigDataNames = JsonValue.Texts(ref reader); break;
            default: _unknown = _unknown.Add(_members.Unknown(ref reader)); break;
        }
    }

    /// <summary>The Go tools keep any text here; what is no digest cannot be looked up and is only kept.</summary>
    private Digest? ReadDigest(ref Utf8JsonReader reader)
    {
        var text = JsonValue.Text(ref reader);
        if (text.Length == 0) return null;
        if (Digest.Fault(text) is null) return new Digest(text);
        _unknown = _unknown.Add(_members.Unknown(ref reader));
        return null;
    }

    private readonly LayerRecord ToRecord(DocumentKind document) => new()
    {
        Id = LayerId.Recorded(_id ?? ""),
        Names = _names,
        Parent = _parent.Length == 0 ? null : LayerId.Recorded(_parent),
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
        IdMaps = new IdMaps(_userIdMaps, _groupIdMaps),
        BigDataNames = _bigDataNames,
        UnknownFields = _unknown,
        Document = document,
    };
}
