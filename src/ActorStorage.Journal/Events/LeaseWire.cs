// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Events;

/// <summary>The values of leases as they are stored, and back.</summary>
internal static class LeaseWire
{
    public static Wire.LeaseGranted Of(LeaseGranted granted) => new()
    {
        LeaseId = granted.LeaseId,
        Layer = granted.Layer.Value,
        Record = granted.Record.Value,
        OwnerName = granted.OwnerName,
        EndsWithProcess = granted.EndsWithProcess,
        At = WireTime.Of(granted.At),
        ExpiresAt = WireTime.OfOptional(granted.ExpiresAt),
    };

    public static LeaseGranted From(Wire.LeaseGranted wire) => new(
        wire.LeaseId, LayerId.Recorded(wire.Layer), LayerId.Recorded(wire.Record), wire.OwnerName,
        wire.EndsWithProcess, WireTime.From(wire.At), WireTime.FromOptional(wire.ExpiresAt));

    public static Wire.LeaseRenewed Of(LeaseRenewed renewed) => new()
    {
        LeaseId = renewed.LeaseId,
        ExpiresAt = WireTime.OfOptional(renewed.ExpiresAt),
    };

    public static LeaseRenewed From(Wire.LeaseRenewed wire) =>
        new(wire.LeaseId, WireTime.FromOptional(wire.ExpiresAt));

    public static Wire.LeaseEnded Of(LeaseEnded ended) => new()
    {
        LeaseId = ended.LeaseId,
        Reason = (int)ended.Reason,
        At = WireTime.Of(ended.At),
    };

    public static LeaseEnded From(Wire.LeaseEnded wire) =>
        new(wire.LeaseId, (LeaseEnd)wire.Reason, WireTime.From(wire.At));

    public static Wire.LeaseMoved Of(LeaseMoved moved) => new()
    {
        LeaseId = moved.LeaseId,
        Record = moved.Record.Value,
        At = WireTime.Of(moved.At),
    };

    public static LeaseMoved From(Wire.LeaseMoved wire) =>
        new(wire.LeaseId, LayerId.Recorded(wire.Record), WireTime.From(wire.At));

    public static Wire.LeaseSnapshot Of(LeaseSnapshot snapshot)
    {
        var wire = new Wire.LeaseSnapshot();
        wire.Leases.AddRange(snapshot.Leases.Select(Of));
        return wire;
    }

    public static LeaseSnapshot From(Wire.LeaseSnapshot wire) => new([.. wire.Leases.Select(From)]);
}
