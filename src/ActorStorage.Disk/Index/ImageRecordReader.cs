// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>The members of an image record this version knows, in the order in which they are written.</summary>
internal enum ImageField
{
    Id,
    Digest,
    Names,
    NamesHistory,
    TopLayer,
    MappedLayers,
    Metadata,
    BigDataNames,
    BigDataSizes,
    BigDataDigests,
    Created,
    Flags,
}

/// <summary>One JSON object to a record.</summary>
internal ref struct ImageRecordReader
{
    private static readonly MemberNames Names = new(
        "id", "digest", "names", "names-history", "layer", "mapped-layers", "metadata", "big-data-names",
        "big-data-sizes", "big-data-digests", "created", "flags");

    private MemberReader _members;
    private string _id = "";
    private string _digest = "";
    private ImmutableArray<string> _names = [];
    private ImmutableArray<string> _namesHistory = [];
    private LayerId? _topLayer;
    private ImmutableArray<LayerId> _mappedLayers = [];
    private string _metadata = "";
    private BigDataItems _bigData = BigDataItems.Empty;
    private Timestamp _created;
    private RecordFlags _flags = RecordFlags.Empty;
    private ImmutableArray<UnknownField> _unknown = [];

    private ImageRecordReader(ReadOnlyMemory<byte> json) => _members = new MemberReader(json, Names);

    /// <param name="json">The whole document.</param>
    /// <param name="reader">Stands on the opening brace, and afterwards on the closing one.</param>
    internal static ImageRecord Read(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        var fields = new ImageRecordReader(json);
        while (fields._members.Next(ref reader)) fields.ReadField((ImageField)fields._members.Member, ref reader);
        return fields.ToRecord();
    }

    private void ReadField(ImageField field, ref Utf8JsonReader reader)
    {
        switch (field)
        {
            case ImageField.Id: _id = JsonValue.Text(ref reader); break;
            case ImageField.Digest: _digest = JsonValue.Text(ref reader); break;
            case ImageField.Names: _names = JsonValue.Texts(ref reader); break;
            case ImageField.NamesHistory: _namesHistory = JsonValue.Texts(ref reader); break;
            case ImageField.TopLayer: _topLayer = JsonValue.Layer(ref reader); break;
            case ImageField.MappedLayers:
                _mappedLayers = [.. JsonValue.Texts(ref reader).Select(layer => LayerId.Recorded(layer))];
                break;
            case ImageField.Metadata: _metadata = JsonValue.Text(ref reader); break;
            case ImageField.BigDataNames: _bigData = _bigData.WithNames(JsonValue.Texts(ref reader)); break;
            case ImageField.BigDataSizes:
                _bigData = _bigData.WithSizes(JsonValue.NumberMap(ref reader, _bigData.Sizes));
                break;
            case ImageField.BigDataDigests:
                _bigData = _bigData.WithDigests(JsonValue.TextMap(ref reader, _bigData.Digests));
                break;
            // Null leaves a date as an earlier member has set it.
            case ImageField.Created when reader.TokenType == JsonTokenType.Null: break;
            case ImageField.Created: _created = JsonValue.Date(ref reader); break;
            case ImageField.Flags: _flags = _members.Flags(ref reader, _flags); break;
            default: _unknown = _unknown.Add(_members.Unknown(ref reader)); break;
        }
    }

    private readonly ImageRecord ToRecord()
    {
        foreach (var (key, digest) in _bigData.Digests.Where(each => BigDataItems.IsManifest(each.Key)))
        {
            if (Digest.Fault(digest) is { } fault)
            {
                throw new JsonException(
                    $"validating digest {Quoted.Text(digest)} for big data item {Quoted.Text(key)}: {fault}");
            }
        }
        if (_digest.Length > 0 && Digest.Fault(_digest) is { } invalid)
            throw new JsonException($"validating image digest {Quoted.Text(_digest)}: {invalid}");
        return new ImageRecord
        {
            Id = new ImageId(_id),
            Digest = _digest.Length > 0 ? new Digest(_digest) : null,
            Names = _names,
            NamesHistory = _namesHistory,
            TopLayer = _topLayer,
            MappedLayers = _mappedLayers,
            Metadata = _metadata,
            BigData = _bigData,
            Created = _created,
            Flags = _flags,
            UnknownFields = _unknown,
        };
    }
}
