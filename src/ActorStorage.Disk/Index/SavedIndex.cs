// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>What the documents of an index, in their order, held when we last read or wrote them.</summary>
public sealed class SavedIndex
{
    internal SavedIndex(ImmutableArray<SavedDocument> documents) => Documents = documents;

    internal ImmutableArray<SavedDocument> Documents { get; }
}

/// <param name="Revision">Of the index's part that it stands for; null when it must be written again.</param>
/// <param name="ModifiedAt">By which a foreign write is noticed; null when there was no file.</param>
internal readonly record struct SavedDocument(object? Revision, FileTime? ModifiedAt);
