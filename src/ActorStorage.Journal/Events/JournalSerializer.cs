// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace ActorStorage.Journal.Events;

/// <summary>
/// What is stored to bytes (journal.proto) and back. Its number and the manifests are frozen: they stand in every row. A
/// manifest that is not known was written by a later version and is read as <see cref="UnknownEvent"/>.
/// </summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string StoreChangedManifest = "sc1";
    public const string HistorySnapshotManifest = "hs1";

    public override int Identifier => 7_302_019;

    public override string Manifest(object o) => o switch
    {
        StoreChanged => StoreChangedManifest,
        HistorySnapshot => HistorySnapshotManifest,
        UnknownEvent unknown => unknown.Manifest,
        _ => throw new ArgumentOutOfRangeException(nameof(o), o, "is not stored in the journal"),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        StoreChanged changed => HistoryWire.Of(changed).ToByteArray(),
        HistorySnapshot snapshot => HistoryWire.Of(snapshot).ToByteArray(),
        UnknownEvent unknown => unknown.Bytes.ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(obj), obj, "is not stored in the journal"),
    };

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        StoreChangedManifest => HistoryWire.From(Wire.StoreChanged.Parser.ParseFrom(bytes)),
        HistorySnapshotManifest => HistoryWire.From(Wire.HistorySnapshot.Parser.ParseFrom(bytes)),
        _ => new UnknownEvent(manifest, bytes),
    };
}
