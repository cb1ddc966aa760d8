// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>The documents that changed, complete on disk and not yet visible.</summary>
public sealed class PreparedIndex : IDisposable
{
    private readonly ImmutableArray<(DocumentKind Kind, PreparedDocument Document)> _documents;

    internal PreparedIndex(
        ImmutableArray<(DocumentKind Kind, PreparedDocument Document)> documents, SavedIndex saved) =>
        (_documents, Saved) = (documents, saved);

    /// <summary>Whether there is nothing to publish.</summary>
    public bool IsEmpty => _documents.IsEmpty;

    /// <summary>What the documents hold once they are published; remember it.</summary>
    public SavedIndex Saved { get; }

    /// <summary>One rename for each document that changed. The lock's new token must be written before.</summary>
    /// <remarks>
    /// What others are built upon comes first, in case the rest does not follow: layers of images are in the document
    /// of the image store when there is one, and on volatile ones nothing is built.
    /// </remarks>
    public void Publish()
    {
        foreach (var kind in (DocumentKind[])[DocumentKind.ImageStore, DocumentKind.Stable, DocumentKind.Volatile])
        {
            foreach (var (_, document) in _documents.Where(each => each.Kind == kind)) document.Publish();
        }
    }

    /// <summary>Whether that document has changed on disk: some have and others not when publishing fails.</summary>
    public bool IsPublished(DocumentKind kind) =>
        _documents.Any(each => each.Kind == kind && each.Document.IsPublished);

    public void Dispose()
    {
        foreach (var (_, document) in _documents) document.Dispose();
    }
}
