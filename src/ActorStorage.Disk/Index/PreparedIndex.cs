// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>The documents that changed, complete on disk and not yet visible.</summary>
public sealed class PreparedIndex : IDisposable
{
    private readonly ImmutableArray<PreparedDocument> _documents;

    internal PreparedIndex(ImmutableArray<PreparedDocument> documents, SavedIndex saved) =>
        (_documents, Saved) = (documents, saved);

    /// <summary>Whether there is nothing to publish.</summary>
    public bool IsEmpty => _documents.IsEmpty;

    /// <summary>What the documents hold once they are published; remember it.</summary>
    public SavedIndex Saved { get; }

    /// <summary>One rename for each document that changed. The lock's new token must be written before.</summary>
    /// <remarks>The stable one comes last: new layers are in it, and after it nothing can fail that would take their
    /// directories back.</remarks>
    public void Publish()
    {
        foreach (var document in _documents.Reverse()) document.Publish();
    }

    public void Dispose()
    {
        foreach (var document in _documents) document.Dispose();
    }
}
