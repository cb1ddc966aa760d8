// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Tests.Archive;
using ActorStorage.Tests.Fidelity;

namespace ActorStorage.Tests.Safety;

/// <summary>
/// Archives that nobody wrote: those of the corpus with changes that a reader takes at first. The same number makes the
/// same blob.
/// </summary>
internal sealed class MutatedArchives
{
    private const int BlobBytesMax = 256 << 10;
    private const int BlockBytes = TarHeader.BlockBytes;
    private static readonly Compression[] Compressions = [Compression.Gzip, Compression.Zstd, Compression.Bzip2];

    private static readonly (int At, int Length)[] NumberFields =
        [(100, 8), (108, 8), (116, 8), (124, 12), (136, 12), (329, 8), (337, 8), (345, 12), (357, 12), (386, 12),
        (398, 12), (483, 12)];

    private static readonly (int At, int Length)[] TextFields = [(0, 100), (157, 100), (345, 155), (257, 8)];

    private readonly List<byte[]> _blobs = [];
    private readonly List<byte[]> _archives = [];
    private readonly string[] _names;

    /// <param name="outside">An absolute path that archives shall try to reach.</param>
    public MutatedArchives(string outside)
    {
        var kinds = Corpus.Groups.OrderBy(group => group.Key, StringComparer.Ordinal).SelectMany(group => group.Value)
            .Concat(RandomArchive.Seeds(60));
        foreach (var blob in kinds.Select(kind => kind.Blob()).Where(blob => blob.Length <= BlobBytesMax))
        {
            _blobs.Add(blob);
            if (Inflate(blob) is { Length: >= BlockBytes and <= BlobBytesMax } archive) _archives.Add(archive);
        }
        _names =
        [
            "..", ".", "/", "", "./", "//", "a", "b", "d", "d/f", "d/../a", "s", "s/x", "hard", "a/b/c/d/e",
            ".wh.a", ".wh.d", "d/.wh..wh..opq", ".wh..wh..opq", ".wh.", ".wh...", ".wh..wh.plnk", "d/.wh.f/x",
            outside, outside + "/secret", outside + "/inner/deep", "../../outside/secret", "../outside",
            string.Concat(Enumerable.Repeat("../", 30)) + outside.TrimStart('/') + "/secret",
            string.Concat(Enumerable.Repeat("d/", 45)), new string('x', 100), "n\u00ff", "a\\b", "a\nb", "a\0b",
            "/proc/self/root/tmp", "/proc/self/cwd", "/dev/null",
        ];
    }

    public byte[] Make(int number)
    {
        var random = new Random(number);
        if (random.Next(6) == 0) return Disturbed(random, Pick(random, _blobs));
        var archive = Pick(random, _archives);
        for (var left = random.Next(1, 6); left > 0; left--) archive = Mutated(random, archive);
        return random.Next(5) == 0 ? Compressed.Of(Pick(random, Compressions), archive) : archive;
    }

    private static byte[]? Inflate(byte[] blob)
    {
        try
        {
            using var reader = new BlobReader(new MemoryStream(blob));
            var archive = new byte[BlobBytesMax + 1];
            var length = 0;
            while (length < archive.Length && reader.Read(archive.AsSpan(length)) is > 0 and var count) length += count;
            return archive[..length];
        }
        catch (StorageException)
        {
            return null;
        }
    }

    private byte[] Mutated(Random random, byte[] archive)
    {
        var headers = Headers(archive);
        if (headers.Count == 0) return Disturbed(random, archive);
        var at = Pick(random, headers);
        return random.Next(16) switch
        {
            0 => Disturbed(random, archive),
            1 => Inserted(archive, at, Part(random, Pick(random, _archives))),
            2 => Inserted(archive, at, Part(random, archive)),
            3 => [.. archive[..at], .. archive[Math.Min(archive.Length, at + BlockBytes * random.Next(1, 4))..]],
            4 or 5 or 6 => Inserted(archive, at, Records(random)),
            7 => Inserted(archive, at, LongName(random)),
            8 => Inserted(archive, at, Entry(random)),
            _ => WithField(random, archive, headers, at),
        };
    }

    /// <summary>Bytes flipped, cut off, taken out or written twice, whatever they mean.</summary>
    private static byte[] Disturbed(Random random, byte[] bytes)
    {
        if (bytes.Length == 0) return bytes;
        var from = random.Next(bytes.Length);
        var to = Math.Min(bytes.Length, from + random.Next(1, 600));
        switch (random.Next(6))
        {
            case 0: return bytes[..from];
            case 1: return [.. bytes[..from], .. bytes[to..]];
            case 2: return [.. bytes[..to], .. bytes[from..]];
            default:
                var changed = (byte[])bytes.Clone();
                for (var left = random.Next(1, 5); left > 0; left--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                return changed;
        }
    }

    private byte[] WithField(Random random, byte[] archive, List<int> headers, int at)
    {
        var changed = (byte[])archive.Clone();
        var block = changed.AsSpan(at, BlockBytes);
        switch (random.Next(8))
        {
            case 0:
                block[156] = (byte)Pick(random, "0123456\0gxLKSXDVN7"[..]);
                break;
            case 1 or 2:
                var (numberAt, numberLength) = Pick(random, NumberFields);
                Put(block, numberAt, numberLength, Number(random, numberLength));
                break;
            case 3:
                // What another entry is called: entries that meet go the furthest.
                var other = archive.AsSpan(Pick(random, headers), 100);
                other.CopyTo(block[(random.Next(2) == 0 ? 0 : 157)..]);
                break;
            case 4:
                block[random.Next(BlockBytes)] = (byte)random.Next(256);
                break;
            default:
                var (textAt, textLength) = Pick(random, TextFields);
                Put(block, textAt, textLength, textAt == 257 ? Magic(random) : Name(random));
                break;
        }
        if (random.Next(12) > 0) Sign(block);
        return changed;
    }

    private byte[] Records(Random random)
    {
        var records = new List<(string, string)>();
        for (var left = random.Next(1, 4); left > 0; left--) records.Add(Record(random));
        return new TarBuilder().Pax([.. records]).ToArray();
    }

    private (string, string) Record(Random random) => random.Next(10) switch
    {
        0 or 1 => ("path", Name(random)),
        2 => ("linkpath", Name(random)),
        3 => (Pick(random, "size", "uid", "gid", "SCHILY.devmajor"), Decimal(random)),
        4 => (Pick(random, "mtime", "atime", "ctime"), $"{Decimal(random)}.{Decimal(random)}"),
        5 => ("SCHILY.xattr." + Pick(random, "user.a", "trusted.overlay.opaque", "trusted.overlay.redirect",
            "security.capability", "system.posix_acl_access", "", "user.", "trusted.overlay.metacopy"), Name(random)),
        6 => (Pick(random, "GNU.sparse.major", "GNU.sparse.minor"), Pick(random, "0", "1", "2", "")),
        7 => (Pick(random, "GNU.sparse.size", "GNU.sparse.realsize", "GNU.sparse.numblocks"), Decimal(random)),
        8 => ("GNU.sparse.map", $"{Decimal(random)},{Decimal(random)},{Decimal(random)},{Decimal(random)}"),
        _ => (Pick(random, "GNU.sparse.name", "comment", "hdrcharset", "LIBARCHIVE.xattr.user.a"), Name(random)),
    };

    private byte[] LongName(Random random) => new TarBuilder()
        .Extension(Pick(random, 'L', 'K'), "././@LongLink", Name(random) + Pick(random, "", "\0", "\0x")).ToArray();

    private byte[] Entry(Random random)
    {
        var type = Pick(random, '0', '1', '2', '3', '4', '5', '6', 'S', 'g');
        var fields = new TarFields(Name(random), type) { Link = Name(random) };
        if (random.Next(2) == 0) fields = fields with { Magic = TarFields.Gnu };
        return new TarBuilder().File(fields, new byte[type is '0' or 'S' ? random.Next(2000) : 0]).ToArray();
    }

    private static List<int> Headers(byte[] archive)
    {
        var found = new List<int>();
        for (var at = 0; at + BlockBytes <= archive.Length; at += BlockBytes)
        {
            var block = archive.AsSpan(at, BlockBytes);
            if (block.ContainsAnyExcept((byte)0) && TarHeader.Parse(block) is not null) found.Add(at);
        }
        return found;
    }

    private static byte[] Part(Random random, byte[] archive)
    {
        var from = random.Next(archive.Length / BlockBytes) * BlockBytes;
        return archive[from..Math.Min(archive.Length, from + BlockBytes * random.Next(1, 10))];
    }

    private static byte[] Inserted(byte[] archive, int at, byte[] part) =>
        [.. archive[..at], .. part, .. archive[at..]];

    private string Name(Random random)
    {
        var name = Pick(random, _names);
        return random.Next(4) == 0 ? $"{Pick(random, _names)}/{name}" : name;
    }

    private static string Magic(Random random) =>
        Pick(random, "ustar\00000", "ustar  \0", "\0\0\0\0\0\0\0\0", "ustar\0zz", "garbage!");

    private static string Decimal(Random random) => random.Next(8) switch
    {
        0 => "-1",
        1 => long.MaxValue.ToString(CultureInfo.InvariantCulture),
        2 => long.MinValue.ToString(CultureInfo.InvariantCulture),
        3 => "4294967295",
        4 => "",
        5 => "x",
        _ => random.Next(3000).ToString(CultureInfo.InvariantCulture),
    };

    private static string Number(Random random, int length) => random.Next(8) switch
    {
        0 => new string('7', length - 1),
        1 => new string('\u00ff', length),
        2 => "\u0080" + new string('\0', length - 5) + "\u007f\u00ff\u00ff\u00ff",
        3 => "\u0080" + new string('\u007f', length - 1),
        4 => "",
        5 => new string(' ', length),
        _ => Corpus.Octal(random.Next(4000), length - 1),
    };

    private static void Put(Span<byte> block, int at, int length, string text)
    {
        block.Slice(at, length).Clear();
        Encoding.Latin1.GetBytes(text.AsSpan(0, Math.Min(length, text.Length)), block.Slice(at, length));
    }

    private static void Sign(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var each in block) sum += each;
        Put(block, 148, 8, Corpus.Octal(sum, 6) + "\0 ");
    }

    private static T Pick<T>(Random random, List<T> choices) => choices[random.Next(choices.Count)];

    private static char Pick(Random random, string choices) => choices[random.Next(choices.Length)];

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
