// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>The members of a container record this version knows, in the order in which they are written.</summary>
internal enum ContainerField
{
    Id,
    Names,
    Image,
    Layer,
    Metadata,
    BigDataNames,
    BigDataSizes,
    BigDataDigests,
    Created,
    UserIdMaps,
    GroupIdMaps,
    Flags,
}

/// <summary>One JSON object to a record.</summary>
internal ref struct ContainerRecordReader
{
    private static readonly MemberNames Names = new(
        "id", "names", "image", "layer", "metadata", "big-data-names", "big-data-sizes", "big-data-digests", "created",
        "uidmap", "gidmap", "flags");

    private MemberReader _members;
    private string _id = "";
    private ImmutableArray<string> _names = [];
    private string _image = "";
    private LayerId? _layer;
    private string _metadata = "";
    private BigDataItems _bigData = BigDataItems.Empty;
    private Timestamp _created;
    private ImmutableArray<IdMap> _userIdMaps = [];
    private ImmutableArray<IdMap> _groupIdMaps = [];
    private RecordFlags _flags = RecordFlags.Empty;
    private ImmutableArray<UnknownField> _unknown = [];

    private ContainerRecordReader(ReadOnlyMemory<byte> json) => _members = new MemberReader(json, Names);

    /// <param name="json">The whole document.</param>
    /// <param name="reader">Stands on the opening brace, and afterwards on the closing one.</param>
    internal static ContainerRecord Read(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader, DocumentKind document)
    {
        var fields = new ContainerRecordReader(json);
        while (fields._members.Next(ref reader)) fields.ReadField((ContainerField)fields._members.Member, ref reader);
        return fields.ToRecord(document);
    }

    private void ReadField(ContainerField field, ref Utf8JsonReader reader)
    {
        switch (field)
        {
            case ContainerField.Id: _id = JsonValue.Text(ref reader); break;
            case ContainerField.Names: _names = JsonValue.Texts(ref reader); break;
            case ContainerField.Image: _image = JsonValue.Text(ref reader); break;
            case ContainerField.Layer: _layer = JsonValue.Layer(ref reader); break;
            case ContainerField.Metadata: _metadata = JsonValue.Text(ref reader); break;
            case ContainerField.BigDataNames: _bigData = _bigData.WithNames(JsonValue.Texts(ref reader)); break;
            case ContainerField.BigDataSizes:
                _bigData = _bigData.WithSizes(JsonValue.NumberMap(ref reader, _bigData.Sizes));
                break;
            case ContainerField.BigDataDigests:
                _bigData = _bigData.WithDigests(JsonValue.TextMap(ref reader, _bigData.Digests));
                break;
            // Null leaves a date as an earlier member has set it.
            case ContainerField.Created when reader.TokenType == JsonTokenType.Null: break;
            case ContainerField.Created: _created = JsonValue.Date(ref reader); break;
            case ContainerField.UserIdMaps: _userIdMaps = JsonValue.Maps(ref reader); break;
            case ContainerField.GroupIdMaps: _groupIdMaps = JsonValue.Maps(ref reader); break;
            case ContainerField.Flags: _flags = _members.Flags(ref reader, _flags); break;
            default: _unknown = _unknown.Add(_members.Unknown(ref reader)); break;
        }
    }

    private readonly ContainerRecord ToRecord(DocumentKind document) => new()
    {
        Id = new ContainerId(_id),
        Names = _names,
        Image = _image.Length > 0 ? new ImageId(_image) : null,
        Layer = _layer,
        Metadata = _metadata,
        BigData = _bigData,
        Created = _created,
        IdMaps = new IdMaps(_userIdMaps, _groupIdMaps),
        Flags = _flags,
        UnknownFields = _unknown,
        Document = document,
    };
}
