// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>Where a document lies.</summary>
public sealed record IndexDocument(DocumentKind Kind, DirectoryHandle Directory, string Name)
{
    public string Path => $"{Directory.Path}/{Name}";
}

/// <summary>What was found on disk.</summary>
/// <param name="Index">With duplicate names already resolved.</param>
/// <param name="Saved">What the documents hold; a document whose names had to be resolved counts as changed.</param>
/// <param name="DuplicateNames">
/// Names used more than once: the exclusive lock is needed to set that right. In a store that is only read this is an
/// error.
/// </param>
public sealed record LoadedIndex<TIndex>(TIndex Index, SavedIndex Saved, ImmutableArray<string> DuplicateNames);

/// <summary>
/// The documents of one kind of record in a store. Whoever calls holds the lock that belongs to the operation: shared
/// to load, exclusive to save.
/// </summary>
public abstract class IndexFile<TRecord, TIndex>
    where TRecord : StoredRecord
    where TIndex : RecordIndex<TRecord, TIndex>
{
    private readonly IDisk _disk;
    private readonly ImmutableArray<IndexDocument> _documents;

    /// <param name="documents">In the order of their kinds.</param>
    private protected IndexFile(IDisk disk, params ImmutableArray<IndexDocument> documents) =>
        (_disk, _documents) = (disk, documents);

    internal string FirstName => _documents[0].Name;

    /// <exception cref="StorageException">Corrupt, naming the file, or what the disk says.</exception>
    public LoadedIndex<TIndex> Load()
    {
        var (read, records) = (new List<ReadDocument>(), new List<TRecord>());
        foreach (var document in _documents)
        {
            read.Add(Read(document));
            records.AddRange(read[^1].Records);
        }
        var (kept, duplicates) = DuplicateRepair.Run(records, AreImages);
        var index = IndexOf(kept);
        var saved = ImmutableArray.CreateBuilder<SavedDocument>(read.Count);
        for (var i = 0; i < read.Count; i++)
        {
            var revision = RevisionWhenSame(index, _documents[i].Kind, read[i].Records);
            saved.Add(new SavedDocument(revision, read[i].ModifiedAt));
        }
        return new LoadedIndex<TIndex>(index, new SavedIndex(saved.MoveToImmutable()), duplicates);
    }

    /// <summary>
    /// Whether a document is no longer the one that was loaded or saved. To be asked when the lock's token is
    /// unchanged, because not every writer renews it; a changed token alone is reason enough to load again.
    /// </summary>
    public bool IsModifiedSince(SavedIndex saved) => _documents.Zip(saved.Documents).Any(
        each => _disk.Status(each.First.Directory, each.First.Name)?.ModifiedAt != each.Second.ModifiedAt);

    /// <summary>Whether somebody died while he replaced a document.</summary>
    internal bool HasUnfinished() => _documents.Any(document => UnfinishedDocument.Of(_disk, document).Any());

    /// <summary>Takes away what those who died have left. The lock is held exclusively.</summary>
    internal void RemoveUnfinished()
    {
        foreach (var document in _documents)
        {
            foreach (var name in UnfinishedDocument.Of(_disk, document)) _disk.RemoveFile(document.Directory, name);
        }
    }

    /// <summary>
    /// Writes the documents that changed under temporary names. The token goes between this and publishing.
    /// </summary>
    /// <param name="saved">What the documents hold now.</param>
    public PreparedIndex Prepare(TIndex index, SavedIndex saved)
    {
        var prepared = ImmutableArray.CreateBuilder<(DocumentKind Kind, PreparedDocument Document)>();
        var after = ImmutableArray.CreateBuilder<SavedDocument>(_documents.Length);
        try
        {
            foreach (var (document, before) in _documents.Zip(saved.Documents))
            {
                var revision = index.Revision(document.Kind);
                if (ReferenceEquals(revision, before.Revision))
                {
                    after.Add(before);
                    continue;
                }
                var written = Prepare(document, index);
                prepared.Add((document.Kind, written));
                after.Add(new SavedDocument(revision, written.ModifiedAt));
            }
            return new PreparedIndex(prepared.DrainToImmutable(), new SavedIndex(after.MoveToImmutable()));
        }
        catch
        {
            foreach (var (_, written) in prepared) written.Dispose();
            throw;
        }
    }

    /// <summary>Whether <see cref="DuplicateRepair"/> follows the rules for images.</summary>
    private protected virtual bool AreImages => false;

    private protected abstract ImmutableArray<TRecord> Parse(
        ReadOnlyMemory<byte> json, string path, DocumentKind document);

    private protected abstract TIndex IndexOf(IReadOnlyList<TRecord> records);

    private static object? RevisionWhenSame(TIndex index, DocumentKind document, ImmutableArray<TRecord> read) =>
        index.In(document).SequenceEqual(read, ReferenceEqualityComparer.Instance) ? index.Revision(document) : null;

    private PreparedDocument Prepare(IndexDocument document, TIndex index) => PreparedDocument.Prepare(
        _disk,
        document.Directory,
        document.Name,
        file => RecordDocument.Write(index.EncodedIn(document.Kind), piece => _disk.Write(file, piece)),
        sync: document.Kind != DocumentKind.Volatile);

    private ReadDocument Read(IndexDocument document)
    {
        if (WholeFile.Read(_disk, document.Directory, document.Name) is not var (bytes, modifiedAt))
            return new ReadDocument([], null);
        return new ReadDocument(Parse(bytes, document.Path, document.Kind), modifiedAt);
    }

    /// <param name="ModifiedAt">Null when there is no such file.</param>
    private sealed record ReadDocument(ImmutableArray<TRecord> Records, FileTime? ModifiedAt);
}
