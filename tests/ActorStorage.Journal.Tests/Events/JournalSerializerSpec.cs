// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Tests.Events;

/// <summary>What stands in a database for ever: the bytes of each event, its manifest, the serializer's
/// number.</summary>
public sealed class JournalSerializerSpec : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly StoreChanged Changed = new(
        StoreKind.Images, PictureOrigin.Foreign, At, HistoryGap.OrderUnknown, new StoreWriter(At, 4711),
        [
            new RecordChange(ChangeKind.Created, "ab", 0x0102030405060708, ["one", "two"]),
            new RecordChange(ChangeKind.Deleted, "cd", 0, []),
        ]);

    private static readonly HistorySnapshot Snapshot = new(
        new Dictionary<StoreKind, IReadOnlyDictionary<string, ulong>>
        {
            [StoreKind.Layers] = new Dictionary<string, ulong> { ["ab"] = 1, ["cd"] = 2 },
            [StoreKind.Containers] = new Dictionary<string, ulong>(),
        });

    private readonly ActorSystem _system = ActorSystem.Create("serializer");
    private readonly JournalSerializer _serializer;

    public JournalSerializerSpec() => _serializer = new JournalSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Should_keep_its_number() => Assert.Equal(7302019, _serializer.Identifier);

    [Fact]
    public void Should_write_a_step_of_the_history_as_ever()
    {
        Assert.Equal("sc1", _serializer.Manifest(Changed));
        Assert.Equal(GoldenStep, Convert.ToHexStringLower(_serializer.ToBinary(Changed)));
    }

    [Fact]
    public void Should_write_a_snapshot_of_the_history_as_ever()
    {
        Assert.Equal("hs1", _serializer.Manifest(Snapshot));
        Assert.Equal(GoldenSnapshot, Convert.ToHexStringLower(_serializer.ToBinary(Snapshot)));
    }

    [Fact]
    public void Should_read_what_was_written_before()
    {
        var changed = (StoreChanged)_serializer.FromBinary(Convert.FromHexString(GoldenStep), "sc1");
        Assert.Equal(Changed with { Changes = changed.Changes }, changed);
        Assert.Equal(Changed.Changes.Select(Text), changed.Changes.Select(Text));

        static string Text(RecordChange change) =>
            $"{change.Kind} {change.Id} {change.Fingerprint:x} {string.Join(',', change.Names)}";
    }

    [Fact]
    public void Should_read_a_snapshot_that_was_written_before()
    {
        var snapshot = (HistorySnapshot)_serializer.FromBinary(Convert.FromHexString(GoldenSnapshot), "hs1");
        Assert.Equal(Snapshot.Stores[StoreKind.Layers], snapshot.Stores[StoreKind.Layers]);
        Assert.Empty(snapshot.Stores[StoreKind.Containers]);
    }

    [Fact]
    public void Should_read_a_step_with_fields_and_values_of_a_later_version()
    {
        // Field 99, a string; and a store, an origin and a gap that nobody knows yet.
        byte[] later = [0x08, 0x07, 0x10, 0x09, 0x20, 0x63, 0x9a, 0x06, 0x01, 0x78];
        var changed = (StoreChanged)_serializer.FromBinary(later, "sc1");
        Assert.Equal(((StoreKind)7, (PictureOrigin)9, (HistoryGap)99), (changed.Store, changed.Origin, changed.Gap));
        Assert.Empty(changed.Changes);
    }

    [Fact]
    public void Should_keep_what_a_later_version_wrote_as_it_is()
    {
        var unknown = (UnknownEvent)_serializer.FromBinary([1, 2, 3], "sc2");
        Assert.Equal("sc2", _serializer.Manifest(unknown));
        Assert.Equal([1, 2, 3], _serializer.ToBinary(unknown));
    }

    private const string GoldenStep =
        "0802100218808186f8d9b6b21f200228808186f8d9b6b21f30e7243a1908011202616219080706050403020122036f6e"
        + "65220374776f3a06080312026364";
    private const string GoldenSnapshot =
        "0a1c080112026162120263641a10010000000000000002000000000000000a020803";
}
