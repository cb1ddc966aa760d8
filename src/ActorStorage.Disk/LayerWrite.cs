// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>One change of the layer store. Many of them share one lock hold and one index write.</summary>
public abstract record LayerWrite
{
    /// <summary>Makes a staged layer visible.</summary>
    /// <param name="Parent">Resolved; it need not be visible before the writes that come earlier in the same
    /// batch.</param>
    /// <param name="AcceptExisting">Whether finding the id in the store is a success.</param>
    public sealed record Commit(StagedLayer Staged, NewLayer Layer, LayerId? Parent, bool AcceptExisting) : LayerWrite;

    public sealed record ChangeNames(string Layer, NamesChange Change, ImmutableArray<string> Names) : LayerWrite;

    public sealed record SetMetadata(string Layer, string Metadata) : LayerWrite;

    public sealed record SetBigData(string Layer, string Key, ReadOnlyMemory<byte> Value) : LayerWrite;
}

/// <summary>What became of a <see cref="LayerWrite"/>.</summary>
/// <param name="Layer">The record afterwards; null when it was refused.</param>
/// <param name="AlreadyPresent">The layer was there before; nothing was changed.</param>
public sealed record LayerWriteOutcome(LayerRecord? Layer, bool AlreadyPresent, StorageError? Error)
{
    public static LayerWriteOutcome Done(LayerRecord layer) => new(layer, false, null);
    public static LayerWriteOutcome Present(LayerRecord layer) => new(layer, true, null);
    public static LayerWriteOutcome Refused(StorageError error) => new(null, false, error);
}
