// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

/// <summary>Records of all shapes; the same ones for the same seed.</summary>
internal sealed class RandomRecords(int seed)
{
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", "/", ":", "<", ">", "&", "\"", "\\", "\n", "\b", "\0", "\u007f",
        "\u2028", "\u2029", "\u00e9", "\ufffd", "\U0001f600",
    ];

    private readonly Random _random = new(seed);
    private int _count;

    internal LayerRecord Next() => new()
    {
        Id = new LayerId($"{_count++:x8}" + (Chance() ? " space" : "")),
        Names = Many(() => $"{_count}-{_random.Next()}-{Text()}"),
        Parent = Chance() ? new LayerId($"{_random.Next(_count):x8}") : null,
        Metadata = Chance() ? Text() : "",
        MountLabel = Chance() ? Text() : "",
        Created = Chance() ? Date() : default,
        CompressedDigest = Chance() ? RandomDigest() : null,
        CompressedSizeBytes = Chance() ? _random.NextInt64() : 0,
        DiffDigest = Chance() ? RandomDigest() : null,
        TocDigest = Chance() ? RandomDigest() : null,
        DiffSizeBytes = Chance() ? _random.NextInt64(-1, long.MaxValue) : 0,
        Compression = (Compression)_random.Next(5),
        UserIds = Many(() => (uint)_random.NextInt64(1L << 32)),
        GroupIds = Many(() => (uint)_random.NextInt64(1L << 32)),
        Flags = Chance() ? RecordFlags.Empty.With(Text(), Text()).With("incomplete", Chance()) : RecordFlags.Empty,
        IdMaps = new IdMaps(
            Many(() => new IdMap(_random.Next(), _random.NextInt64(), -_random.Next())),
            Many(() => new IdMap(0, 1, 2))),
        BigDataNames = Many(Text),
    };

    /// <summary>Everything in the record as text, without the help of its encoder.</summary>
    internal static string Values(LayerRecord record) => string.Join('|',
        record.Id, string.Join(',', record.Names), record.Parent, record.Metadata, record.MountLabel, record.Created,
        record.CompressedDigest, record.CompressedSizeBytes, record.DiffDigest, record.TocDigest, record.DiffSizeBytes,
        record.Compression, string.Join(',', record.UserIds), string.Join(',', record.GroupIds),
        string.Join(',', record.Flags.Names.Select(name => $"{name}={Flag(record.Flags, name)}")),
        string.Join(',', record.IdMaps.Users), string.Join(',', record.IdMaps.Groups),
        string.Join(',', record.BigDataNames));

    private static string Flag(RecordFlags flags, string name) => $"{flags.IsTrue(name)}{flags.Text(name)}";

    private bool Chance() => _random.Next(2) == 0;

    private string Text() => string.Concat(_random.GetItems(Pieces, _random.Next(1, 8)));

    private ImmutableArray<T> Many<T>(Func<T> one) =>
        [.. Enumerable.Range(0, Chance() ? 0 : _random.Next(4)).Select(_ => one())];

    private Digest RandomDigest()
    {
        var hash = new byte[32];
        _random.NextBytes(hash);
        return Digest.Sha256(hash);
    }

    private Timestamp Date() => new(
        $"{_random.Next(10000):d4}-{_random.Next(1, 13):d2}-{_random.Next(1, 29):d2}T{_random.Next(24):d2}:00:59"
        + (Chance() ? $".{_random.Next(1_000_000_000):d9}" : "") + (Chance() ? "Z" : $"-{_random.Next(24):d2}:30"));
}
