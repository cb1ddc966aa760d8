// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Protocol;

/// <summary>What concerns the node itself, and the answers that every request may get, as they are written, and
/// back.</summary>
internal static class AnswerWire
{
    public static IEnumerable<WireEntry> Entries =>
    [
        WireEntry.For<NodeProtocol.WhoHolds, Wire.WhoHolds>("wh1", Of, From),
        WireEntry.For<NodeProtocol.WhoHoldsOk, Wire.WhoHoldsOk>("who1", Of, From),
        WireEntry.For<NodeProtocol.Drain, Wire.Drain>("dr1", Of, From),
        WireEntry.For<NodeProtocol.DrainOk, Wire.DrainOk>("dro1", Of, From),
        WireEntry.For<NodeProtocol.RequestRefused, Wire.RequestRefused>("rr1", Of, From),
        WireEntry.For<NodeProtocol.NotUnderstood, Wire.NotUnderstood>("nu1", Of, From),
    ];

    private static Wire.WhoHolds Of(NodeProtocol.WhoHolds who) => new()
    {
        Caller = WireValues.Of(who.Caller),
        Lock = who.Lock,
    };

    private static NodeProtocol.WhoHolds From(Wire.WhoHolds wire) => new(wire.Lock, WireValues.From(wire.Caller));

    private static Wire.WhoHoldsOk Of(NodeProtocol.WhoHoldsOk ok)
    {
        var wire = new Wire.WhoHoldsOk();
        wire.Locks.AddRange(ok.Locks.Select(state => new Wire.LockState
        {
            Path = state.Path,
            IsHeld = state.IsHeld,
            IsExclusive = state.IsExclusive,
            HolderProcess = state.HolderProcess ?? 0,
            HolderCommand = state.HolderCommand,
            HeldMs = WireValues.Milliseconds(state.HeldFor),
            Serving = state.Serving,
        }));
        return wire;
    }

    private static NodeProtocol.WhoHoldsOk From(Wire.WhoHoldsOk wire) => new(
    [
        .. wire.Locks.Select(state => new LockState(
            state.Path, state.IsHeld, state.IsExclusive, state.HolderProcess == 0 ? null : state.HolderProcess,
            state.HolderCommand, WireValues.Time(state.HeldMs), state.Serving)),
    ]);

    private static Wire.Drain Of(NodeProtocol.Drain drain) => new() { Caller = WireValues.Of(drain.Caller) };

    private static NodeProtocol.Drain From(Wire.Drain wire) => new(WireValues.From(wire.Caller));

    private static Wire.DrainOk Of(NodeProtocol.DrainOk ok) => new() { Unfinished = ok.Unfinished };

    private static NodeProtocol.DrainOk From(Wire.DrainOk wire) => new(wire.Unfinished);

    private static Wire.RequestRefused Of(NodeProtocol.RequestRefused refused) =>
        new() { Error = WireValues.Of(refused.Error) };

    private static NodeProtocol.RequestRefused From(Wire.RequestRefused wire) => new(WireValues.From(wire.Error));

    private static Wire.NotUnderstood Of(NodeProtocol.NotUnderstood not) => new()
    {
        Manifest = not.Manifest,
        Reason = not.Reason,
    };

    private static NodeProtocol.NotUnderstood From(Wire.NotUnderstood wire) => new(wire.Manifest, wire.Reason);
}
