// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// Members of a record, each with the comma, the name and the colon before it, left out when it is empty or zero: this
/// is how the Go tools write.
/// </summary>
internal static class JsonMembers
{
    internal static void WriteText(IBufferWriter<byte> to, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        to.Write(name);
        JsonText.Write(to, text);
    }

    internal static void WriteTexts(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableArray<string> texts)
    {
        if (texts.IsDefaultOrEmpty) return;
        to.Write(name);
        JsonText.Write(to, texts);
    }

    internal static void WriteNumber(IBufferWriter<byte> to, ReadOnlySpan<byte> name, long number)
    {
        if (number == 0) return;
        to.Write(name);
        WriteDigits(to, number);
    }

    internal static void WriteIds(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableArray<uint> ids)
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

    internal static void WriteMaps(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableArray<IdMap> maps)
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

    internal static void WriteTexts(
        IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableSortedDictionary<string, string> texts)
    {
        if (texts.IsEmpty) return;
        to.Write(name);
        var separator = "{"u8;
        foreach (var (key, text) in texts)
        {
            to.Write(separator);
            JsonText.Write(to, key);
            to.Write(":"u8);
            JsonText.Write(to, text);
            separator = ","u8;
        }
        to.Write("}"u8);
    }

    internal static void WriteNumbers(
        IBufferWriter<byte> to, ReadOnlySpan<byte> name, ImmutableSortedDictionary<string, long> numbers)
    {
        if (numbers.IsEmpty) return;
        to.Write(name);
        var separator = "{"u8;
        foreach (var (key, number) in numbers)
        {
            to.Write(separator);
            JsonText.Write(to, key);
            to.Write(":"u8);
            WriteDigits(to, number);
            separator = ","u8;
        }
        to.Write("}"u8);
    }

    internal static void WriteBigData(IBufferWriter<byte> to, BigDataItems items)
    {
        WriteTexts(to, ",\"big-data-names\":"u8, items.Names);
        WriteNumbers(to, ",\"big-data-sizes\":"u8, items.Sizes);
        WriteTexts(to, ",\"big-data-digests\":"u8, items.Digests);
    }

    internal static void WriteFlags(IBufferWriter<byte> to, RecordFlags flags)
    {
        if (flags.Count == 0) return;
        to.Write(",\"flags\":"u8);
        flags.Write(to);
    }

    internal static void WriteUnknown(IBufferWriter<byte> to, UnknownField field)
    {
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
