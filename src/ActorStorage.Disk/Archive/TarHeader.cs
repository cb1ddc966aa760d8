// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>One header block: what v7, ustar, star and GNU tar share, and where each keeps the rest.</summary>
internal sealed record TarHeader
{
    internal const int BlockBytes = 512;
    private const int ChecksumAt = 148;
    private const int ChecksumBytes = 8;

    public required byte Type { get; init; }
    public required string Name { get; init; }
    public required string LinkName { get; init; }
    public required long Mode { get; init; }
    public required long UserId { get; init; }
    public required long GroupId { get; init; }
    public required long SizeBytes { get; init; }
    public required long ModifiedAt { get; init; }
    public long? AccessedAt { get; private init; }
    public long DeviceMajor { get; private init; }
    public long DeviceMinor { get; private init; }

    /// <summary>The header in a block, or null when there is none.</summary>
    public static TarHeader? Parse(ReadOnlySpan<byte> block)
    {
        if (!HasChecksum(block)
            || !TarNumber.TryParse(block.Slice(100, 8), out var mode)
            || !TarNumber.TryParse(block.Slice(108, 8), out var userId)
            || !TarNumber.TryParse(block.Slice(116, 8), out var groupId)
            || !TarNumber.TryParse(block.Slice(124, 12), out var size)
            || !TarNumber.TryParse(block.Slice(136, 12), out var modifiedAt))
        {
            return null;
        }
        var header = new TarHeader
        {
            Type = block[156],
            Name = EntryText.Field(block[..100]),
            LinkName = EntryText.Field(block.Slice(157, 100)),
            Mode = mode,
            UserId = userId,
            GroupId = groupId,
            SizeBytes = size,
            ModifiedAt = modifiedAt,
        };
        var isUstar = block.Slice(257, 6).SequenceEqual("ustar\0"u8);
        var isGnu = block.Slice(257, 8).SequenceEqual("ustar  \0"u8);
        return isUstar || isGnu ? WithLaterFields(header, block, isGnu) : header;
    }

    private static TarHeader? WithLaterFields(TarHeader header, ReadOnlySpan<byte> block, bool isGnu)
    {
        if (!TarNumber.TryParse(block.Slice(329, 8), out var major)
            || !TarNumber.TryParse(block.Slice(337, 8), out var minor))
        {
            return null;
        }
        header = header with { DeviceMajor = major, DeviceMinor = minor };
        if (isGnu) return WithGnuFields(header, block);
        var isStar = block.Slice(508, 4).SequenceEqual("tar\0"u8);
        if (!isStar) return WithPrefix(header, EntryText.Field(block.Slice(345, 155)));
        if (!TarNumber.TryParse(block.Slice(476, 12), out var accessedAt)
            || !TarNumber.TryParse(block.Slice(488, 12), out _))
        {
            return null;
        }
        return WithPrefix(header, EntryText.Field(block.Slice(345, 131))) with { AccessedAt = accessedAt };
    }

    /// <summary>GNU tar keeps two times where ustar has the prefix. Some writers put the prefix there.</summary>
    private static TarHeader WithGnuFields(TarHeader header, ReadOnlySpan<byte> block)
    {
        var accessed = block.Slice(345, 12);
        var changed = block.Slice(357, 12);
        long accessedAt = 0;
        var areTimes = (accessed[0] == 0 || TarNumber.TryParse(accessed, out accessedAt))
            && (changed[0] == 0 || TarNumber.TryParse(changed, out _));
        if (areTimes) return accessed[0] == 0 ? header : header with { AccessedAt = accessedAt };
        var prefix = EntryText.Field(block.Slice(345, 155));
        return prefix.All(char.IsAscii) ? WithPrefix(header, prefix) : header;
    }

    private static TarHeader WithPrefix(TarHeader header, string prefix) =>
        prefix.Length == 0 ? header : header with { Name = $"{prefix}/{header.Name}" };

    /// <summary>The sum is over the block with blanks in its own place. Old writers added signed bytes.</summary>
    private static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        if (!TarNumber.TryParseOctal(block.Slice(ChecksumAt, ChecksumBytes), out var expected)) return false;
        long sum = ChecksumBytes * ' ';
        long signedSum = ChecksumBytes * ' ';
        Add(block[..ChecksumAt]);
        Add(block[(ChecksumAt + ChecksumBytes)..]);
        return expected == sum || expected == signedSum;

        void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (var each in bytes)
            {
                sum += each;
                signedSum += (sbyte)each;
            }
        }
    }
}
