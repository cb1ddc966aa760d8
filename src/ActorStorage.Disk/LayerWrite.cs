// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Staged;

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

    /// <summary>Enters what an archive was that has been applied to a layer that exists.</summary>
    /// <param name="TarSplit">The future tar-split file, in the staging area; used up or left there.</param>
    public sealed record SetDiff(string Layer, Trash TarSplit, DiffFacts Facts) : LayerWrite;

    public sealed record SetMetadata(string Layer, string Metadata) : LayerWrite;

    public sealed record SetBigData(string Layer, string Key, ReadOnlyMemory<byte> Value) : LayerWrite;
}
