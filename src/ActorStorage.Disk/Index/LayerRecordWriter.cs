// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Index;

/// <summary>One record to its bytes: the order of members and what is left out are those of the Go tools.</summary>
internal static class LayerRecordWriter
{
    internal static ReadOnlyMemory<byte> Encode(LayerRecord record)
    {
        var to = new ArrayBufferWriter<byte>(512);
        to.Write("{\"id\":"u8);
        JsonText.Write(to, record.Id.Value);
        JsonMembers.WriteTexts(to, ",\"names\":"u8, record.Names);
        JsonMembers.WriteText(to, ",\"parent\":"u8, record.Parent?.Value);
        JsonMembers.WriteText(to, ",\"metadata\":"u8, record.Metadata);
        JsonMembers.WriteText(to, ",\"mountlabel\":"u8, record.MountLabel);
        JsonMembers.WriteText(to, ",\"created\":"u8, record.Created.Text);
        JsonMembers.WriteText(to, ",\"compressed-diff-digest\":"u8, record.CompressedDigest?.Value);
        JsonMembers.WriteNumber(to, ",\"compressed-size\":"u8, record.CompressedSizeBytes);
        JsonMembers.WriteText(to, ",\"diff-digest\":"u8, record.DiffDigest?.Value);
        JsonMembers.WriteText(to, ",\"toc-digest\":"u8, record.TocDigest?.Value);
        JsonMembers.WriteNumber(to, ",\"diff-size\":"u8, record.DiffSizeBytes);
        JsonMembers.WriteNumber(to, ",\"compression\":"u8, (long)record.Compression);
        JsonMembers.WriteIds(to, ",\"uidset\":"u8, record.UserIds);
        JsonMembers.WriteIds(to, ",\"gidset\":"u8, record.GroupIds);
        JsonMembers.WriteFlags(to, record.Flags);
        JsonMembers.WriteMaps(to, ",\"uidmap\":"u8, record.IdMaps.Users);
        JsonMembers.WriteMaps(to, ",\"gidmap\":"u8, record.IdMaps.Groups);
        JsonMembers.WriteTexts(to, ",\"big-data-names\":"u8, record.BigDataNames);
        foreach (var field in record.UnknownFields) WriteUnknown(to, record, field);
        to.Write("}"u8);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Text that is no digest stands among the unknown; it goes when a real one takes its place.</summary>
    private static void WriteUnknown(IBufferWriter<byte> to, LayerRecord record, UnknownField field)
    {
        var replaced = LayerRecordReader.Find(field.Name.Span[1..^1]) switch
        {
            LayerField.CompressedDigest => record.CompressedDigest is not null,
            LayerField.DiffDigest => record.DiffDigest is not null,
            LayerField.TocDigest => record.TocDigest is not null,
            _ => false,
        };
        if (!replaced) JsonMembers.WriteUnknown(to, field);
    }
}
