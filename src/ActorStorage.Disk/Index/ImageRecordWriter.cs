// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Index;

/// <summary>One record to its bytes: the order of members and what is left out are those of the Go tools.</summary>
internal static class ImageRecordWriter
{
    internal static ReadOnlyMemory<byte> Encode(ImageRecord record)
    {
        var to = new ArrayBufferWriter<byte>(1024);
        to.Write("{\"id\":"u8);
        JsonText.Write(to, record.Id.Value);
        JsonMembers.WriteText(to, ",\"digest\":"u8, record.Digest?.Value);
        JsonMembers.WriteTexts(to, ",\"names\":"u8, record.Names);
        JsonMembers.WriteTexts(to, ",\"names-history\":"u8, record.NamesHistory);
        JsonMembers.WriteText(to, ",\"layer\":"u8, record.TopLayer?.Value);
        JsonMembers.WriteTexts(to, ",\"mapped-layers\":"u8, [.. record.MappedLayers.Select(layer => layer.Value)]);
        JsonMembers.WriteText(to, ",\"metadata\":"u8, record.Metadata);
        JsonMembers.WriteBigData(to, record.BigData);
        JsonMembers.WriteText(to, ",\"created\":"u8, record.Created.Text);
        JsonMembers.WriteFlags(to, record.Flags);
        foreach (var field in record.UnknownFields) JsonMembers.WriteUnknown(to, field);
        to.Write("}"u8);
        return to.WrittenSpan.ToArray();
    }
}
