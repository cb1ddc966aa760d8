// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace ActorStorage.Journal.Events;

/// <summary>
/// What is stored to bytes (journal.proto) and back. Its number and the manifests are frozen: they stand in every row.
/// A manifest that is not known was written by a later version and is read as <see cref="UnknownEvent"/>.
/// </summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string StoreChangedManifest = "sc1";
    public const string HistorySnapshotManifest = "hs1";

    public const string LeaseGrantedManifest = "lg1";
    public const string LeaseRenewedManifest = "lr1";
    public const string LeaseEndedManifest = "le1";
    public const string LeaseSnapshotManifest = "ls1";
    public const string LeaseMovedManifest = "lm1";
    public const string SagaBegunManifest = "sb1";
    public const string SagaEndedManifest = "se1";
    public const string SagaUndoneManifest = "su1";
    public const string SagaSnapshotManifest = "ss1";
    public const string LayersUsedManifest = "lu1";
    public const string ItemPutManifest = "ip1";
    public const string UseSnapshotManifest = "us1";

    public override int Identifier => 7_302_019;

    public override string Manifest(object o) => o switch
    {
        StoreChanged => StoreChangedManifest,
        HistorySnapshot => HistorySnapshotManifest,
        LeaseGranted => LeaseGrantedManifest,
        LeaseRenewed => LeaseRenewedManifest,
        LeaseEnded => LeaseEndedManifest,
        LeaseMoved => LeaseMovedManifest,
        LeaseSnapshot => LeaseSnapshotManifest,
        SagaBegun => SagaBegunManifest,
        SagaEnded => SagaEndedManifest,
        SagaUndone => SagaUndoneManifest,
        SagaSnapshot => SagaSnapshotManifest,
        LayersUsed => LayersUsedManifest,
        ItemPut => ItemPutManifest,
        UseSnapshot => UseSnapshotManifest,
        UnknownEvent unknown => unknown.Manifest,
        _ => throw new ArgumentOutOfRangeException(nameof(o), o, "is not stored in the journal"),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        StoreChanged changed => HistoryWire.Of(changed).ToByteArray(),
        HistorySnapshot snapshot => HistoryWire.Of(snapshot).ToByteArray(),
        LeaseGranted granted => LeaseWire.Of(granted).ToByteArray(),
        LeaseRenewed renewed => LeaseWire.Of(renewed).ToByteArray(),
        LeaseEnded ended => LeaseWire.Of(ended).ToByteArray(),
        LeaseMoved moved => LeaseWire.Of(moved).ToByteArray(),
        LeaseSnapshot snapshot => LeaseWire.Of(snapshot).ToByteArray(),
        SagaBegun begun => SagaWire.Of(begun).ToByteArray(),
        SagaEnded ended => SagaWire.Of(ended).ToByteArray(),
        SagaUndone undone => SagaWire.Of(undone).ToByteArray(),
        SagaSnapshot snapshot => SagaWire.Of(snapshot).ToByteArray(),
        LayersUsed used => UseWire.Of(used).ToByteArray(),
        ItemPut put => UseWire.Of(put).ToByteArray(),
        UseSnapshot snapshot => UseWire.Of(snapshot).ToByteArray(),
        UnknownEvent unknown => unknown.Bytes.ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(obj), obj, "is not stored in the journal"),
    };

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        StoreChangedManifest => HistoryWire.From(Wire.StoreChanged.Parser.ParseFrom(bytes)),
        HistorySnapshotManifest => HistoryWire.From(Wire.HistorySnapshot.Parser.ParseFrom(bytes)),
        LeaseGrantedManifest => LeaseWire.From(Wire.LeaseGranted.Parser.ParseFrom(bytes)),
        LeaseRenewedManifest => LeaseWire.From(Wire.LeaseRenewed.Parser.ParseFrom(bytes)),
        LeaseEndedManifest => LeaseWire.From(Wire.LeaseEnded.Parser.ParseFrom(bytes)),
        LeaseMovedManifest => LeaseWire.From(Wire.LeaseMoved.Parser.ParseFrom(bytes)),
        LeaseSnapshotManifest => LeaseWire.From(Wire.LeaseSnapshot.Parser.ParseFrom(bytes)),
        SagaBegunManifest => SagaWire.From(Wire.SagaBegun.Parser.ParseFrom(bytes)),
        SagaEndedManifest => SagaWire.From(Wire.SagaEnded.Parser.ParseFrom(bytes)),
        SagaUndoneManifest => SagaWire.From(Wire.SagaUndone.Parser.ParseFrom(bytes)),
        SagaSnapshotManifest => SagaWire.From(Wire.SagaSnapshot.Parser.ParseFrom(bytes)),
        LayersUsedManifest => UseWire.From(Wire.LayersUsed.Parser.ParseFrom(bytes)),
        ItemPutManifest => UseWire.From(Wire.ItemPut.Parser.ParseFrom(bytes)),
        UseSnapshotManifest => UseWire.From(Wire.UseSnapshot.Parser.ParseFrom(bytes)),
        _ => new UnknownEvent(manifest, bytes),
    };
}
