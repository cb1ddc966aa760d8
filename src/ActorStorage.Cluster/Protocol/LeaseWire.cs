// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Protocol;

/// <summary>What is said of leases, as it is written, and back.</summary>
internal static class LeaseWire
{
    public static IEnumerable<WireEntry> Entries =>
    [
        WireEntry.For<NodeProtocol.AcquireLease, Wire.AcquireLease>("al1", Of, From),
        WireEntry.For<NodeProtocol.AcquireLeaseOk, Wire.AcquireLeaseOk>("alo1", Of, From),
        WireEntry.For<NodeProtocol.RenewLease, Wire.RenewLease>("rl1", Of, From),
        WireEntry.For<NodeProtocol.RenewLeaseOk, Wire.RenewLeaseOk>("rlo1", Of, From),
        WireEntry.For<NodeProtocol.ReleaseLease, Wire.ReleaseLease>("xl1", Of, From),
        WireEntry.For<NodeProtocol.ReleaseLeaseOk, Wire.ReleaseLeaseOk>("xlo1", Of, From),
    ];

    private static Wire.AcquireLease Of(NodeProtocol.AcquireLease acquire)
    {
        var wire = new Wire.AcquireLease
        {
            Caller = WireValues.Of(acquire.Caller),
            Lease = WireValues.Of(acquire.Lease),
        };
        wire.Digests.Add(acquire.Digests);
        return wire;
    }

    private static NodeProtocol.AcquireLease From(Wire.AcquireLease wire) => new(
        WireValues.Required(wire.Lease), WireValues.Digests(wire.Digests), WireValues.From(wire.Caller));

    private static Wire.AcquireLeaseOk Of(NodeProtocol.AcquireLeaseOk ok)
    {
        var wire = new Wire.AcquireLeaseOk { Name = ok.Name };
        wire.Missing.Add(ok.Missing);
        return wire;
    }

    private static NodeProtocol.AcquireLeaseOk From(Wire.AcquireLeaseOk wire) =>
        new(wire.Name, WireValues.Digests(wire.Missing));

    private static Wire.RenewLease Of(NodeProtocol.RenewLease renew) => new()
    {
        Caller = WireValues.Of(renew.Caller),
        Lease = WireValues.Of(renew.Lease),
    };

    private static NodeProtocol.RenewLease From(Wire.RenewLease wire) =>
        new(WireValues.Required(wire.Lease), WireValues.From(wire.Caller));

    private static Wire.RenewLeaseOk Of(NodeProtocol.RenewLeaseOk ok) => new() { Name = ok.Name };

    private static NodeProtocol.RenewLeaseOk From(Wire.RenewLeaseOk wire) => new(wire.Name);

    private static Wire.ReleaseLease Of(NodeProtocol.ReleaseLease release) => new()
    {
        Caller = WireValues.Of(release.Caller),
        Name = release.Name,
    };

    private static NodeProtocol.ReleaseLease From(Wire.ReleaseLease wire) =>
        new(wire.Name, WireValues.From(wire.Caller));

    private static Wire.ReleaseLeaseOk Of(NodeProtocol.ReleaseLeaseOk ok) => new() { Name = ok.Name };

    private static NodeProtocol.ReleaseLeaseOk From(Wire.ReleaseLeaseOk wire) => new(wire.Name);
}
