// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>
/// What the two documents held when we last read or wrote them: the revision of the index each one stands for (null
/// when it must be written again) and the time of modification by which a foreign write is noticed (null: no file).
/// </summary>
public sealed class SavedLayerIndex
{
    internal SavedLayerIndex(
        object? stable, FileTime? stableModifiedAt, object? @volatile, FileTime? volatileModifiedAt)
    {
        (Stable, StableModifiedAt) = (stable, stableModifiedAt);
        (Volatile, VolatileModifiedAt) = (@volatile, volatileModifiedAt);
    }

    internal object? Stable { get; }

    internal object? Volatile { get; }

    internal FileTime? StableModifiedAt { get; }

    internal FileTime? VolatileModifiedAt { get; }
}
