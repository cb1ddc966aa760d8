// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk;
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity;

/// <summary>
/// An archive that mixes everything: types, formats, attributes, whiteouts, ends and compressions. The same seed makes
/// the same archive. Most are such that engines take them; what they refuse hides what else is in it.
/// </summary>
internal sealed class RandomArchive
{
    private static readonly string[] Names =
        ["a", "b", "d", "e", "f", "k", "s", "own", "hard", "n\u00ff", "n\u00c3\u00a4", "blank blank", "D\\d"];

    private static readonly string[] Times =
        ["1500000000.123456789", "-1.5", "0", "1234567890.5", "9000000000", "-86400", "1700000000.000000001"];

    private readonly Random _random;
    private readonly TarBuilder _archive = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private readonly List<string> _directories = [""];
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private int _entries;

    private RandomArchive(int seed) => _random = new Random(seed);

    public static ArchiveKind[] Seeds(int count) =>
    [
        .. Enumerable.Range(0, count).Select(seed => new ArchiveKind(
            string.Create(CultureInfo.InvariantCulture, $"random {seed}"), () => new RandomArchive(seed).Blob(seed),
            OnBase: seed % 2 == 1)),
    ];

    private byte[] Blob(int seed)
    {
        var count = _random.Next(1, 30);
        if (_random.Next(4) == 0) AddRoot();
        for (_entries = 0; _entries < count; _entries++) AddEntry();
        byte[] archive = _random.Next(12) switch
        {
            0 => _archive.ToArray(),
            1 => [.. _archive.ToArray(), .. new byte[512]],
            2 => [.. _archive.Ended(), .. "trailing"u8],
            3 => [.. _archive.Ended(), .. new byte[_random.Next(20_000)]],
            4 => _archive.ToArray()[..(_random.Next(_archive.ToArray().Length / 512 + 1) * 512)],
            _ => _archive.Ended(),
        };
        return Compress(archive, seed);
    }

    private byte[] Compress(byte[] archive, int seed)
    {
        var middle = _random.Next(archive.Length + 1);
        var (first, second) = (archive[..middle], archive[middle..]);
        byte[] skippable = [(byte)(0x50 + _random.Next(16)), 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        return (seed % 10) switch
        {
            0 or 1 => archive,
            2 => Compressed.Gzip(archive),
            3 => [.. Compressed.Gzip(first), .. Compressed.Gzip(second)],
            4 => Compressed.Of(Compression.Bzip2, archive),
            5 => Compressed.Of(Compression.Xz, archive),
            6 => Compressed.Zstd(archive),
            7 => [.. Compressed.Zstd(first), .. Compressed.Zstd(second)],
            8 => [.. Compressed.Zstd(first), .. skippable, .. Compressed.Zstd(second)],
            _ => [.. Compressed.Of(Compression.Xz, first), .. Compressed.Of(Compression.Xz, second)],
        };
    }

    private void AddRoot() => _archive.Header(new TarFields(Pick("./", "/", "."), '5')
    {
        Mode = Mode(), UserId = Owner(), GroupId = Owner(), ModifiedAt = "13000000000",
    });

    private void AddEntry()
    {
        var path = NewPath();
        switch (_random.Next(100))
        {
            case < 42:
                AddFile(path);
                break;
            case < 60:
                Add(path + (_random.Next(5) > 0 ? "/" : ""), '5');
                _directories.Add(path + "/");
                break;
            case < 70:
                Add(path, '2', link: Pick("a", "../d/f", "/etc/passwd", "nowhere", ".", new string('t', 150), "d"));
                break;
            case < 80 when _files.Count > 0:
                Add(path, '1', link: _files[_random.Next(_files.Count)]);
                break;
            case < 86:
                Add(path, Pick('3', '4', '6'));
                break;
            case < 94:
                Hide(path);
                break;
            case < 97:
                _archive.Extension('g', $"pax_global_header-{_entries}", TarBuilder.Record(("comment", path)));
                break;
            default:
                AddFile(path);
                break;
        }
    }

    private void AddFile(string path)
    {
        var content = new byte[_random.Next(8) switch { 0 => 0, 1 => 512, 2 => 70_000, _ => _random.Next(3000) }];
        _random.NextBytes(content);
        Add(path, Pick('0', '0', '0', '\0'), content);
        _files.Add(path);
    }

    private void Hide(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        var name = path[..slash] + (_random.Next(4) == 0 ? ".wh..wh..opq" : ".wh." + path[slash..]);
        if (_used.Add(name)) Add(name, '0');
    }

    /// <summary>A name that was not used yet, in one of the directories that are there, or that are not.</summary>
    private string NewPath()
    {
        while (true)
        {
            var directory = _directories[_random.Next(_directories.Count)];
            if (_random.Next(10) == 0) directory += Pick("implicit/", "x/y/", new string('l', 120) + "/");
            var name = Pick(Names) + (_random.Next(3) == 0 ? "" : _random.Next(40)
                .ToString(CultureInfo.InvariantCulture));
            var path = directory + name;
            // Refused below what is no directory, which is a matter for archives made by hand.
            if (!_others.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal)) && _used.Add(path))
                return path;
        }
    }

    private void Add(string name, char type, byte[]? content = null, string link = "")
    {
        if (type != '5') _others.Add(name);
        var fields = new TarFields(name, type)
        {
            Mode = Mode(), UserId = Owner(), GroupId = Owner(), Link = link,
            ModifiedAt = Corpus.Octal(_random.NextInt64(0, 2_000_000_000), 11),
        };
        if (type is '3' or '4') fields = fields with { Major = Corpus.Octal(_random.Next(4096)), Minor = "0000005" };
        if (_random.Next(8) == 0) name = Pick("./", "/", ".//") + name;
        fields = _random.Next(4) switch
        {
            0 => WithGnu(fields, name),
            1 => WithPax(fields, name),
            2 when name.Length + link.Length < 90 => fields with { Name = name, Magic = [], Major = "", Minor = "" },
            _ => WithPrefix(fields, name),
        };
        _archive.File(fields, content ?? []);
    }

    private TarFields WithGnu(TarFields fields, string name)
    {
        if (name.Length > 100) _archive.Extension('L', "././@LongLink", name + "\0");
        if (fields.Link.Length > 100) _archive.Extension('K', "././@LongLink", fields.Link + "\0");
        fields = fields with { Name = name[..Math.Min(100, name.Length)], Magic = TarFields.Gnu };
        if (_random.Next(3) == 0) fields = fields with { UserId = Corpus.Base256(_random.NextInt64(4_000_000_000), 8) };
        if (_random.Next(6) == 0)
            fields = fields with { ModifiedAt = Corpus.Base256(_random.NextInt64(-99_999_999, 9_000_000_000), 12) };
        return fields;
    }

    private TarFields WithPax(TarFields fields, string name)
    {
        var records = new List<(string, string)> { ("path", name) };
        if (fields.Link.Length > 0) records.Add(("linkpath", fields.Link));
        if (_random.Next(2) == 0) records.Add(("mtime", Pick(Times)));
        if (_random.Next(4) == 0) records.Add(("atime", Pick(Times)));
        if (_random.Next(4) == 0) records.Add(("uid", _random.NextInt64(4_000_000_000)
            .ToString(CultureInfo.InvariantCulture)));
        if (_random.Next(3) == 0 && fields.Type is '0' or '5')
            records.Add(("SCHILY.xattr.user." + Pick("a", "b", "\u00c3\u00a4"), Noise()));
        if (_random.Next(4) == 0) records.Add(("SCHILY.xattr.trusted.t", Noise()));
        if (_random.Next(8) == 0) records.Add(("comment", Noise()));
        _archive.Pax([.. records]);
        return fields with { Name = "short", Link = fields.Link.Length > 100 ? "" : fields.Link };
    }

    private TarFields WithPrefix(TarFields fields, string name)
    {
        if (fields.Link.Length > 100) _archive.Pax(("linkpath", fields.Link));
        if (name.Length <= 100) return fields with { Name = name };
        var slash = name.LastIndexOf('/', name.Length - 2);
        if (slash is > 0 and <= 155 && name.Length - slash - 1 <= 100)
            return fields with { Prefix = name[..slash], Name = name[(slash + 1)..] };
        _archive.Pax(("path", name));
        return fields with { Name = "short" };
    }

    private string Noise()
    {
        var bytes = new byte[_random.Next(20)];
        _random.NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    private string Mode() => Corpus.Octal(_random.Next(3) == 0 ? _random.Next(4096) : Pick(0x1a4, 0x1ed, 0x1c0, 0x180));

    private string Owner() => Corpus.Octal(_random.Next(3) == 0 ? _random.Next(1 << 21) : 0);

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
