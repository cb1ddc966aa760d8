// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Index;

/// <summary>One record to its bytes: the order of members and what is left out are those of the Go tools.</summary>
internal static class ContainerRecordWriter
{
    internal static ReadOnlyMemory<byte> Encode(ContainerRecord record)
    {
        var to = new ArrayBufferWriter<byte>(1024);
        to.Write("{\"id\":"u8);
        JsonText.Write(to, record.Id.Value);
        JsonMembers.WriteTexts(to, ",\"names\":"u8, record.Names);
        // These two are written also when they are empty.
        to.Write(",\"image\":"u8);
        JsonText.Write(to, record.Image?.Value ?? "");
        to.Write(",\"layer\":"u8);
        JsonText.Write(to, record.Layer?.Value ?? "");
        JsonMembers.WriteText(to, ",\"metadata\":"u8, record.Metadata);
        JsonMembers.WriteBigData(to, record.BigData);
        JsonMembers.WriteText(to, ",\"created\":"u8, record.Created.Text);
        JsonMembers.WriteMaps(to, ",\"uidmap\":"u8, record.IdMaps.Users);
        JsonMembers.WriteMaps(to, ",\"gidmap\":"u8, record.IdMaps.Groups);
        JsonMembers.WriteFlags(to, record.Flags);
        foreach (var field in record.UnknownFields) JsonMembers.WriteUnknown(to, field);
        to.Write("}"u8);
        return to.WrittenSpan.ToArray();
    }
}
