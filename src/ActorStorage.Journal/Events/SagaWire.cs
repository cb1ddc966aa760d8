// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Events;

/// <summary>The values of sagas as they are stored, and back.</summary>
internal static class SagaWire
{
    public static Wire.SagaBegun Of(SagaBegun begun)
    {
        var wire = new Wire.SagaBegun
        {
            Key = begun.Key,
            Image = begun.Image.Value,
            At = WireTime.Of(begun.At),
        };
        wire.Layers.AddRange(begun.Layers.Select(layer => layer.Value));
        wire.Missing.AddRange(begun.Missing.Select(layer => layer.Value));
        return wire;
    }

    public static SagaBegun From(Wire.SagaBegun wire) => new(
        wire.Key, new ImageId(wire.Image), [.. wire.Layers.Select(LayerId.Recorded)],
        [.. wire.Missing.Select(LayerId.Recorded)], WireTime.From(wire.At));

    /// <summary>The kind by its name: the numbers of the enumeration are not frozen.</summary>
    public static Wire.SagaEnded Of(SagaEnded ended) => new()
    {
        Key = ended.Key,
        ErrorKind = ended.Error?.Kind.ToString() ?? "",
        ErrorMessage = ended.Error?.Message ?? "",
        At = WireTime.Of(ended.At),
    };

    public static SagaEnded From(Wire.SagaEnded wire)
    {
        if (wire.ErrorKind.Length == 0) return new SagaEnded(wire.Key, null, WireTime.From(wire.At));
        // One of a later version is something that went wrong all the same.
        var kind = Enum.TryParse<StorageErrorKind>(wire.ErrorKind, out var known) ? known : StorageErrorKind.Io;
        return new SagaEnded(wire.Key, new StorageError(kind, wire.ErrorMessage), WireTime.From(wire.At));
    }

    public static Wire.SagaUndone Of(SagaUndone undone) => new() { Key = undone.Key, At = WireTime.Of(undone.At) };

    public static SagaUndone From(Wire.SagaUndone wire) => new(wire.Key, WireTime.From(wire.At));

    public static Wire.SagaSnapshot Of(SagaSnapshot snapshot)
    {
        var wire = new Wire.SagaSnapshot();
        foreach (var step in snapshot.Steps)
        {
            wire.Steps.Add(step switch
            {
                SagaBegun begun => new Wire.SagaStep { Begun = Of(begun) },
                SagaEnded ended => new Wire.SagaStep { Ended = Of(ended) },
                SagaUndone undone => new Wire.SagaStep { Undone = Of(undone) },
                _ => throw new ArgumentOutOfRangeException(nameof(snapshot), step, "is no step of a saga"),
            });
        }
        return wire;
    }

    public static SagaSnapshot From(Wire.SagaSnapshot wire) => new(
    [
        .. wire.Steps.Select(SagaEvent? (step) => step.StepCase switch
        {
            Wire.SagaStep.StepOneofCase.Begun => From(step.Begun),
            Wire.SagaStep.StepOneofCase.Ended => From(step.Ended),
            Wire.SagaStep.StepOneofCase.Undone => From(step.Undone),
            _ => null,      // a later version's
        }).OfType<SagaEvent>(),
    ]);
}
