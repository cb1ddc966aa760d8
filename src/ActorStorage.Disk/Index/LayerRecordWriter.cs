// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>One record to its bytes: the order of members and what is left out are those of the Go tools.</summary>
internal static class LayerRecordWriter
{
    internal static ReadOnlyMemory<byte> Encode(LayerRecord record)
    {
        var to = new ArrayBufferWriter<byte>(512);
        to.Write("{\"id\":"u8);
        JsonText.Write(to, record.Id.Value);
        WriteTexts(to, ",\"names\":"u8, record.Names);
        WriteText(to, ",\"parent\":"u8, record.Parent?.Value);
        WriteText(to, ",\"metadata\":"u8, record.Metadata);
        WriteText(to, ",\"mountlabel\":"u8, record.MountLabel);
        WriteText(to, ",\"created\":"u8, record.Created.Text);
        WriteText(to, ",\"compressed-diff-digest\":"u8, record.CompressedDigest?.Value);
        WriteNumber(to, ",\"compressed-size\":"u8, record.CompressedSizeBytes);
        WriteText(to, ",\"diff-digest\":"u8, record.DiffDigest?.Value);
        WriteText(to, ",\"toc-digest\":"u8, record.TocDigest?.Value);
        WriteNumber(to, ",\"diff-size\":"u8, record.DiffSizeBytes);
        WriteNumber(to, ",\"compression\":"u8, (long)record.Compression);
        WriteIds(to, ",\"uidset\":"u8, record.UserIds);
        WriteIds(to, ",\"gidset\":"u8, record.GroupIds);
        if (record.Flags.Count > 0)
        {
            to.Write(",\"flags\":"u8);
            record.Flags.Write(to);
        }
        WriteMaps(to, ",\"uidmap\":"u8, record.UserIdMaps);
        WriteMaps(to, ",\"gidmap\":"u8, record.GroupIdMaps);
        WriteTexts(to, ",\"big-data-names\":"u8, record.BigDataNames);
        foreach (var field in record.UnknownFields) WriteUnknown(to, record, field);
        to.Write("}"u8);
        return to.WrittenSpan.ToArray();
    }

    private static void WriteText(IBufferWriter<byte> to, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        to.Write(name);
        JsonText.Write(to, text);
    }

    private static void WriteTexts(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableArray<string> texts)
    {
        if (texts.IsDefaultOrEmpty) return;
        to.Write(name);
        var separator = "["u8;
        foreach (var text in texts)
        {
            to.Write(separator);
            JsonText.Write(to, text);
            separator = ","u8;
        }
        to.Write("]"u8);
    }

    private static void WriteNumber(IBufferWriter<byte> to, ReadOnlySpan<byte> name, long number)
    {
        if (number == 0) return;
        to.Write(name);
        WriteDigits(to, number);
    }

    private static void WriteIds(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableArray<uint> ids)
    {
        if (ids.IsDefaultOrEmpty) return;
        to.Write(name);
        var separator = "["u8;
        foreach (var id in ids)
        {
            to.Write(separator);
            WriteDigits(to, id);
            separator = ","u8;
        }
        to.Write("]"u8);
    }

    private static void WriteMaps(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableArray<IdMap> maps)
    {
        if (maps.IsDefaultOrEmpty) return;
        to.Write(name);
        var separator = "[{\"container_id\":"u8;
        foreach (var map in maps)
        {
            to.Write(separator);
            WriteDigits(to, map.ContainerId);
            to.Write(",\"host_id\":"u8);
            WriteDigits(to, map.HostId);
            to.Write(",\"size\":"u8);
            WriteDigits(to, map.Size);
            separator = "},{\"container_id\":"u8;
        }
        to.Write("}]"u8);
    }

    /// <summary>Text that is no digest stands among the unknown; it goes when a real one takes its place.</summary>
    private static void WriteUnknown(IBufferWriter<byte> to, LayerRecord record, UnknownField field)
    {
        var replaced = LayerRecordReader.Find(field.Name.Span[1..^1], 0) switch
        {
            LayerField.CompressedDigest => record.CompressedDigest is not null,
            LayerField.DiffDigest => record.DiffDigest is not null,
            LayerField.TocDigest => record.TocDigest is not null,
            _ => false,
        };
        if (replaced) return;
        to.Write(","u8);
        to.Write(field.Name.Span);
        to.Write(":"u8);
        to.Write(field.Value.Span);
    }

    private static void WriteDigits(IBufferWriter<byte> to, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(number, digits, out var length);
        to.Write(digits[..length]);
    }
}
