// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Tests.Archive;
using ActorStorage.Disk.Tests.Extract;
using ActorStorage.Tests.Fidelity.Kinds;

namespace ActorStorage.Tests.Fidelity;

/// <summary>One blob of the corpus.</summary>
/// <param name="OnBase">Whether it comes on top of <see cref="Corpus.Base"/> or on nothing.</param>
internal sealed record ArchiveKind(string Name, Func<byte[]> Blob, bool OnBase = false)
{
    public ArchiveKind(string name, TarBuilder archive, bool onBase = false)
        : this(name, archive.Ended, onBase)
    {
    }

    public override string ToString() => Name;
}

/// <summary>All archives that were made by hand, by what they are about; a name is not given twice.</summary>
internal static class Corpus
{
    /// <summary>What archives that need something below them lie on.</summary>
    public static byte[] Base => ExecutionCases.Below.ToArray();

    public static IReadOnlyDictionary<string, ArchiveKind[]> Groups { get; } =
        new Dictionary<string, ArchiveKind[]>(StringComparer.Ordinal)
        {
            ["extraction"] = [.. ArchiveCases.All.Select(each => Older("unpacked: " + each.Key,
                () => each.Value("/no-such-place")))],
            ["execution"] = [.. ExecutionCases.All.Select(each => Older("executed: " + each.Key, each.Value, true))],
            ["headers"] = HeaderKinds.All,
            ["numbers"] = NumberKinds.All,
            ["types"] = TypeKinds.All,
            ["pax"] = [.. PaxKinds.All, .. BrokenPaxKinds.All],
            ["gnu"] = GnuKinds.All,
            ["sparse"] = SparseKinds.All,
            ["names"] = NameKinds.All,
            ["ends"] = EndKinds.All,
            ["links"] = LinkKinds.All,
            ["replacements"] = ReplacementKinds.All,
            ["whiteouts"] = WhiteoutKinds.All,
            ["attributes"] = AttributeKinds.All,
            ["compressions"] = CompressionKinds.All,
        };

    /// <summary>A number that is too large or too small for octal digits, as GNU tar writes it.</summary>
    public static string Base256(Int128 value, int width)
    {
        var bytes = new byte[width];
        for (var at = width - 1; at >= 0; at--)
        {
            bytes[at] = (byte)(value & 0xff);
            value >>= 8;
        }
        bytes[0] |= 0x80;
        return Encoding.Latin1.GetString(bytes);
    }

    public static string Octal(long value, int digits = 7) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static ArchiveKind Older(string name, Func<TestArchive> archive, bool onBase = false) =>
        new(name, () => archive().ToArray(), onBase);
}
