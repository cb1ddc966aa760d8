// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Files with holes: the old way of GNU tar in the header, and 0.0, 0.1 and 1.0 in PAX records.</summary>
internal static class SparseKinds
{
    private static readonly byte[] Data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789abcdef",
        64)));

    public static ArchiveKind[] All =>
    [
        Old("one piece", 4096, [(1024, 512)]), Old("four pieces", 9000, [(0, 512), (1024, 100), (4000, 5), (8192,
            400)]),
        Old("nothing but a hole", 100_000, [(100_000, 0)]), Old("no pieces", 100_000, []), Old("no hole", 512, [(0,
            512)]),
        Old("empty", 0, []), Old("hole at the end", 5000, [(0, 100), (5000, 0)]), Old("odd sizes", 777, [(13, 17),
            (100, 7)]),
        Old("piece beyond the end", 100, [(0, 512)]), Old("pieces that overlap", 4096, [(0, 512), (100, 512)]),
        Old("pieces in disorder", 4096, [(2048, 512), (0, 512)]), Old("size less than the data", 10, [(0, 5)]),
        Old("offset that overflows", 4096, [(0x1ffffffffL, 0x1ffffffffL)]),
        Extended("more than four pieces", [.. Enumerable.Range(0, 10).Select(i => (i * 1000L, 50L))], 20_000),
        Extended("more than twenty-five pieces", [.. Enumerable.Range(0, 40).Select(i => (i * 1000L, 20L))], 50_000),
        new("sparse old: not in gnu format", new TarBuilder().File("f", "", 'S').File("b", "b")),
        new("sparse old: base 256", Header(
            [Corpus.Base256(1024, 12) + Corpus.Base256(5, 12)], false, Corpus.Base256(5000, 12), 5).Padded(Data[..5])),
        new("sparse old: broken number", Header(["x0000000000\000000000005\0"], false, "00000005000", 5)
            .Padded(Data[..5])),
        new("sparse old: extension cut off", () => Header([Piece(0, 5)], true, "00000005000", 5).ToArray()),
        Pax("0.0", 5000, [(0, 10), (1024, 100)],
            ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "2"), ("GNU.sparse.offset", "0"),
            ("GNU.sparse.numbytes", "10"), ("GNU.sparse.offset", "1024"), ("GNU.sparse.numbytes", "100")),
        Pax("0.0 with a number too few", 5000, [(0, 10), (1024, 100)],
            ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "2"), ("GNU.sparse.offset", "0"),
            ("GNU.sparse.numbytes", "10")),
        Pax("0.0 with a comma", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.offset", "0,0"), ("GNU.sparse.numbytes", "10")),
        Pax("0.0 in disorder", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.numbytes", "10"), ("GNU.sparse.offset", "0")),
        Pax("0.1", 5000, [(0, 10), (1024, 100)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "2"),
            ("GNU.sparse.map", "0,10,1024,100"), ("GNU.sparse.name", "named")),
        Pax("0.1 without a map", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1")),
        Pax("0.1 of no pieces", 5000, [], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "0"),
            ("GNU.sparse.map", "")),
        Pax("0.1 of a wrong number", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "3"),
            ("GNU.sparse.map", "0,10")),
        Pax("0.1 of a huge number", 5000, [(0, 10)], ("GNU.sparse.size", "5000"),
            ("GNU.sparse.numblocks", "9223372036854775807"), ("GNU.sparse.map", "0,10")),
        Pax("0.1 with an empty name", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.map", "0,10"), ("GNU.sparse.name", "")),
        One("1.0", 5000, "2\n0\n10\n1024\n100\n", 110), One("1.0 of no pieces", 5000, "0\n", 0),
        One("1.0 with a longer map", 400_000, Map(100), 1000), One("1.0 without a map", 5000, "", 0),
        One("1.0 with a broken map", 5000, "2\n0\nx\n", 10), One("1.0 of a huge number", 5000, "99999999999\n0\n", 10),
        One("1.0 with data that ends early", 5000, "1\n0\n100\n", 50), One("1.0 of no size", null, "1\n0\n10\n", 10),
        One("1.0 with more data", 5000, "1\n0\n10\n", 100), One("1.0 with a number of 21 digits", 5000,
            "000000000000000000001\n0\n10\n", 10),
        One("1.0 with blanks", 5000, " 1\n0\n10\n", 10), One("1.0 negative", 5000, "1\n-5\n10\n", 10),
        One("1.0 of an empty file", 0, "0\n", 0), One("1.0 of an empty file with data", 0, "0\n", 10),
        One("1.0 of an empty piece at the end", 5000, "2\n0\n10\n5000\n0\n", 10),
        One("1.0 of an empty piece behind the end", 5000, "2\n0\n10\n5001\n0\n", 10),
        One("1.0 in disorder", 5000, "2\n100\n10\n0\n10\n", 20), One("1.0 that overlaps", 5000,
            "2\n0\n10\n9\n10\n", 20), One("1.0 behind the end", 100, "1\n95\n10\n", 10),
        One("1.0 that overflows", 5000, "1\n9223372036854775807\n10\n", 10),
        One("1.0 with a sign", 5000, "+1\n+0\n10\n", 10), One("1.0 with a NUL", 5000, "1\n0\010\n10\n", 10),
        One("1.0 of a map of a megabyte", 5000, "1\n0\n" + new string('0', (1 << 20) - 510) + "\n", 0),
        One("1.0 of a map of more than a megabyte", 5000, "1\n0\n" + new string('0', 1 << 20) + "\n", 0),
        One("1.0 without a hole", 1000, "1\n0\n1000\n", 1000),
        Pax("0.1 of an empty file with data", 0, [(0, 10)], ("GNU.sparse.size", "0"), ("GNU.sparse.numblocks", "0"),
            ("GNU.sparse.major", "0"), ("GNU.sparse.minor", "1")),
        Pax("0.1 of an empty whiteout with data", 0, [(0, 10)], ("GNU.sparse.size", "0"),
            ("GNU.sparse.numblocks", "0"), ("GNU.sparse.major", "0"), ("GNU.sparse.minor", "1"),
            ("GNU.sparse.name", ".wh.gone")),
        Pax("0.1 that says so", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.major", "0"), ("GNU.sparse.minor", "1"), ("GNU.sparse.map", "0,10")),
        Pax("0.1 with a comma behind", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.map", "0,10,")),
        Pax("0.0 and 0.1", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.offset", "7"), ("GNU.sparse.numbytes", "10"), ("GNU.sparse.map", "0,10")),
        Pax("0.0 with an empty offset", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.offset", "")),
        Pax("0.1 with a whiteout's name", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.map", "0,10"), ("GNU.sparse.name", ".wh.gone")),
        Pax("0.1 with a NUL in its name", 5000, [(0, 10)], ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"),
            ("GNU.sparse.map", "0,10"), ("GNU.sparse.name", "a\0b")),
        Pax("0.1 with a slash behind its name", 5000, [(0, 10)], ("GNU.sparse.size", "5000"),
            ("GNU.sparse.numblocks", "1"), ("GNU.sparse.map", "0,10"), ("GNU.sparse.name", "named/")),
        Pax("a record that nobody knows", 3, [(0, 10)], ("GNU.sparse.other", "5")),
        Pax("a record that nobody knows, with a NUL", 3, [(0, 10)], ("GNU.sparse.\0", "5")),
        new("sparse: in the place of aufs' links", new TarBuilder().Directory(".wh..wh.plnk/").Pax(
            ("GNU.sparse.size", "5000"), ("GNU.sparse.numblocks", "1"), ("GNU.sparse.map", "100,10"))
            .File(new TarFields(".wh..wh.plnk/1.2"), Data[..10]).HardLink("linked", ".wh..wh.plnk/1.2")),
        new("sparse: pax of another major", new TarBuilder().Pax(("GNU.sparse.major", "2"), ("GNU.sparse.minor", "0"),
            ("GNU.sparse.realsize", "5000"), ("GNU.sparse.name", "n")).File("f", "hello")),
        new("sparse: major without a minor", new TarBuilder().Pax(("GNU.sparse.major", "1")).File("f", "hello")),
        new("sparse: only a name", new TarBuilder().Pax(("GNU.sparse.name", "n")).File("f", "hello")),
        new("sparse: of a directory", new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"),
            ("GNU.sparse.name", "n"), ("GNU.sparse.realsize", "5000")).Directory("d/").File("f", "hello")),
        new("sparse: size that is no number", new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"),
            ("GNU.sparse.realsize", "x")).File(new TarFields("f"), Padded("1\n0\n5\n", Data[..5]))),
    ];

    private static ArchiveKind Old(string name, long size, (long At, long Length)[] pieces)
    {
        var stored = (int)Math.Min(Data.Length, pieces.Sum(piece => piece.Length));
        return new("sparse old: " + name, Header(
            [.. pieces.Select(piece => Piece(piece.At, piece.Length))], false, Corpus.Octal(size, 11), stored)
            .Padded(Data[..stored]).File("behind", "b"));
    }

    private static ArchiveKind Extended(string name, (long At, long Length)[] pieces, long size)
    {
        var stored = (int)pieces.Sum(piece => piece.Length);
        string[] texts = [.. pieces.Select(piece => Piece(piece.At, piece.Length))];
        var archive = Header(texts[..4], true, Corpus.Octal(size, 11), stored);
        for (var at = 4; at < texts.Length; at += 21)
        {
            var block = new byte[512];
            Encoding.Latin1.GetBytes(string.Concat(texts.Skip(at).Take(21))).CopyTo(block, 0);
            if (at + 21 < texts.Length) block[504] = 1;
            archive.Raw(block);
        }
        return new("sparse old: " + name, archive.Padded(Data[..stored]).File("behind", "b"));
    }

    private static string Piece(long at, long length) => $"{Corpus.Octal(at, 11)}\0{Corpus.Octal(length, 11)}\0";

    /// <summary>Where ustar has the prefix: two times, an offset, a map of four pieces, whether more follow, the
    /// size.</summary>
    private static TarBuilder Header(string[] pieces, bool isExtended, string size, int stored) => new TarBuilder()
        .Header(new TarFields("sparse", 'S')
        {
            Magic = TarFields.Gnu,
            Major = "",
            Minor = "",
            Prefix = new string('\0', 41) + string.Concat(pieces).PadRight(96,
                '\0') + (isExtended ? "\u0001" : "\0") + size,
        }, stored);

    private static ArchiveKind Pax(
        string name, int size, (int At, int Length)[] pieces, params (string, string)[] records) =>
        new("sparse: " + name, new TarBuilder().Pax(records)
            .File(new TarFields("sparse"), Data[..pieces.Sum(piece => piece.Length)])
            .File("behind", size.ToString(CultureInfo.InvariantCulture)));

    private static ArchiveKind One(string name, int? size, string map, int stored)
    {
        (string, string)[] records =
        [
            ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "named"),
            .. size is { } real ? [("GNU.sparse.realsize", real.ToString(CultureInfo.InvariantCulture))]
                : Array.Empty<(string, string)>(),
        ];
        return new("sparse: " + name, new TarBuilder().Pax(records)
            .File(new TarFields("GNUSparseFile.0/named"), Padded(map, Data[..stored])).File("behind", "b"));
    }

    private static string Map(int pieces) =>
        $"{pieces}\n" + string.Concat(Enumerable.Range(0, pieces).Select(i => $"{i * 3000}\n10\n"));

    private static byte[] Padded(string map, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(map), .. new byte[-map.Length & 511], .. data];
}
