// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// All records of one kind in a store and the ways to find them. An immutable value: an edit returns a new one that
/// shares what did not change. Ids are unique, and so are names; looking up and editing take logarithmic time.
/// </summary>
public abstract class RecordIndex<TRecord, TIndex> : IRecords
    where TRecord : StoredRecord
    where TIndex : RecordIndex<TRecord, TIndex>
{
    private readonly RecordMaps<TRecord> _maps;

    private protected RecordIndex(RecordMaps<TRecord> maps) => _maps = maps;

    public int Count => _maps.Documents.Sum(document => document.Count);

    /// <summary>In the order of the documents, and within them in the order in which they were added.</summary>
    protected IEnumerable<TRecord> Records => _maps.Documents.SelectMany(document => document);

    IEnumerable<StoredRecord> IRecords.All => Records;

    StoredRecord? IRecords.Find(string id) => FindById(id);

    /// <summary>The records of one document.</summary>
    public IReadOnlyCollection<TRecord> In(DocumentKind document) => _maps.Documents[(int)document];

    public TRecord? FindByName(string name) => _maps.Names.Value.TryGetValue(name, out var place) ? _maps[place] : null;

    /// <summary>
    /// By id, else by name, else by the beginning of an id. A beginning that several ids share finds nothing, and an id
    /// that contains a space is not found by its beginning.
    /// </summary>
    public TRecord? Resolve(string idNameOrPrefix) => FindById(idNameOrPrefix) ?? FindByName(idNameOrPrefix)
        ?? FindOtherwise(idNameOrPrefix) ?? FindByPrefix(idNameOrPrefix);

    /// <summary>Like <see cref="Resolve"/>, for what must be there.</summary>
    /// <exception cref="StorageException">NotFound.</exception>
    public abstract TRecord Require(string idNameOrPrefix);

    /// <summary>Appends a record to its document. A name it repeats counts once.</summary>
    /// <exception cref="StorageException">AlreadyExists or NameTaken.</exception>
    public TIndex Add(TRecord record)
    {
        if (_maps.Ids.Value.ContainsKey(record.Key)) throw IdTaken(record);
        var place = _maps.PlaceFor(record);
        return With(_maps.With(place, null, Checked(record, place)));
    }

    /// <summary>Puts the record in the place of the one with its id, in the same document.</summary>
    /// <exception cref="StorageException">NotFound or NameTaken.</exception>
    public TIndex Replace(TRecord record)
    {
        var (place, old) = Place(record.Key);
        if (old.Document != record.Document)
            throw new InvalidOperationException($"{record.Key}: a record stays in the document it was read from");
        return ReferenceEquals(old, record) ? (TIndex)this : With(_maps.With(place, old, Checked(record, place)));
    }

    /// <summary>
    /// Changes the names of the record with that id. A name that another record holds is taken away from it without a
    /// word, as the Go tools do; a name given twice counts where it stands first.
    /// </summary>
    /// <exception cref="StorageException">NotFound.</exception>
    public TIndex ChangeNames(TRecord record, NamesChange change, IEnumerable<string> names)
    {
        var index = (TIndex)this;
        var old = Place(record.Key).Record;
        ImmutableArray<string> wanted =
        [
            .. (change switch
            {
                NamesChange.Add => names.Concat(old.Names),
                NamesChange.Remove => old.Names.Except(names, StringComparer.Ordinal),
                _ => names,
            }).Distinct(StringComparer.Ordinal),
        ];
        foreach (var name in wanted)
        {
            if (index.FindByName(name) is { } holder && holder.Key != old.Key)
                index = index.Replace(holder.Named(holder.Names.Remove(name, StringComparer.Ordinal)));
        }
        return index.Replace(Renamed(old, wanted));
    }

    /// <summary>
    /// Stands for the content of one document: the same object as long as no edit touched a record of it.
    /// </summary>
    internal object Revision(DocumentKind document) => _maps.Documents[(int)document];

    /// <summary>The text of one document, see <see cref="DocumentRecords{TRecord}.Encoded"/>.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> EncodedIn(DocumentKind document) =>
        _maps.Documents[(int)document].Encoded;

    internal TRecord? FindById(string id) => _maps.Ids.Value.TryGetValue(id, out var place) ? _maps[place] : null;

    /// <exception cref="StorageException">NotFound.</exception>
    internal TRecord GetById(string id) => Place(id).Record;

    /// <exception cref="StorageException">NotFound.</exception>
    internal TIndex RemoveById(string id)
    {
        var (place, old) = Place(id);
        return With(_maps.With(place, old, null));
    }

    private protected abstract TIndex With(RecordMaps<TRecord> maps);

    /// <summary>What the kind is found by besides ids and names.</summary>
    private protected virtual TRecord? FindOtherwise(string text) => null;

    private protected virtual StorageException IdTaken(TRecord record) =>
        new(StorageErrorKind.AlreadyExists, "that ID is already in use");

    private protected virtual StorageException NameTaken(string name, TRecord holder) =>
        new(StorageErrorKind.NameTaken, "that name is already in use");

    private protected abstract StorageException Unknown(string id);

    /// <summary>What a change of names makes of the record; the same when it changes nothing.</summary>
    private protected virtual TRecord Renamed(TRecord record, ImmutableArray<string> names) =>
        names.SequenceEqual(record.Names, StringComparer.Ordinal) ? record : record.Named(names);

    /// <summary>The records that carry a key, in record order.</summary>
    /// <param name="postings">The number that the kind has given to what is asked for.</param>
    private protected IReadOnlyList<TRecord> At(int postings, string key) =>
        [.. _maps.Postings[postings][key].Select(place => _maps[place])];

    private (long Place, TRecord Record) Place(string id) =>
        _maps.Ids.Value.TryGetValue(id, out var place) ? (place, _maps[place]) : throw Unknown(id);

    private TRecord Checked(TRecord record, long place)
    {
        var names = record.Names.IsDefault ? [] : record.Names.Distinct(StringComparer.Ordinal).ToImmutableArray();
        foreach (var name in names)
        {
            if (_maps.Names.Value.TryGetValue(name, out var holder) && holder != place)
                throw NameTaken(name, _maps[holder]);
        }
        return !record.Names.IsDefault && names.Length == record.Names.Length ? record : record.Named(names);
    }

    private TRecord? FindByPrefix(string prefix)
    {
        if (prefix.Length == 0) return null;
        var ids = _maps.Prefixes.Value;
        // The complement of where the text would stand; it is no id itself, or it has been found before.
        var at = ids.IndexOf(prefix);
        if (at < 0) at = ~at;
        return Begins(at) && !Begins(at + 1) ? FindById(ids[at]) : null;

        bool Begins(int i) => i < ids.Count && ids[i].StartsWith(prefix, StringComparison.Ordinal);
    }
}
