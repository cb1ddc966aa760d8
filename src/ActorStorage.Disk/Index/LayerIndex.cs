// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// All layer records of a store and the ways to find them. An immutable value: an edit returns a new one that shares
/// what did not change. Ids are unique, and so are names; looking up and editing take logarithmic time.
/// </summary>
public sealed class LayerIndex
{
    /// <summary>Records of the volatile document have places from here on: they come after the others.</summary>
    private const long FirstVolatile = 1L << 62;

    private readonly LayerMaps _maps;

    private LayerIndex(LayerMaps maps) => _maps = maps;

    public static LayerIndex Empty { get; } = new(LayerMaps.Empty);

    public int Count => _maps.Stable.Count + _maps.Volatile.Count;

    /// <summary>In the order of the documents: layers.json first, then volatile-layers.json.</summary>
    public IEnumerable<LayerRecord> Layers => _maps.Stable.Values.Concat(_maps.Volatile.Values);

    /// <summary>The records of layers.json, or those of volatile-layers.json.</summary>
    public IReadOnlyCollection<LayerRecord> In(bool isVolatile) =>
        new Document(isVolatile ? _maps.Volatile : _maps.Stable);

    public LayerRecord? Find(LayerId id) => _maps.Ids.TryGetValue(id, out var place) ? _maps[place] : null;

    public LayerRecord? FindByName(string name) => _maps.Names.TryGetValue(name, out var place) ? _maps[place] : null;

    /// <summary>
    /// By id, else by name, else by the beginning of an id. A beginning that several ids share finds nothing, and an id
    /// that contains a space is not found by its beginning.
    /// </summary>
    public LayerRecord? Resolve(string idNameOrPrefix)
    {
        if (LayerId.Fault(idNameOrPrefix) is null && Find(new LayerId(idNameOrPrefix)) is { } exact) return exact;
        return FindByName(idNameOrPrefix) ?? FindByPrefix(idNameOrPrefix);
    }

    public IReadOnlyList<LayerRecord> FindByDiffDigest(Digest digest) => At(_maps.DiffDigests.Value[digest]);

    public IReadOnlyList<LayerRecord> FindByCompressedDigest(Digest digest) =>
        At(_maps.CompressedDigests.Value[digest]);

    public IReadOnlyList<LayerRecord> FindByTocDigest(Digest digest) => At(_maps.TocDigests.Value[digest]);

    public IReadOnlyList<LayerId> ChildrenOf(LayerId parent) =>
        [.. _maps.Children.Value[parent].Select(place => _maps[place].Id)];

    /// <summary>Appends a record to its document. A name it repeats counts once.</summary>
    /// <exception cref="StorageException">AlreadyExists or NameTaken.</exception>
    public LayerIndex Add(LayerRecord record)
    {
        if (_maps.Ids.ContainsKey(record.Id))
            throw new StorageException(StorageErrorKind.AlreadyExists, "that ID is already in use");
        var place = _maps.NextPlace + (record.Volatile ? FirstVolatile : 0);
        return new(_maps.With(place, null, Checked(record, place)));
    }

    /// <summary>Puts the record in the place of the one with its id, in the same document.</summary>
    /// <exception cref="StorageException">NotFound or NameTaken.</exception>
    public LayerIndex Replace(LayerRecord record)
    {
        var (place, old) = Require(record.Id);
        if (old.Volatile != record.Volatile)
            throw new InvalidOperationException($"{record.Id}: a record stays in the document it was read from");
        return ReferenceEquals(old, record) ? this : new(_maps.With(place, old, Checked(record, place)));
    }

    /// <exception cref="StorageException">NotFound.</exception>
    public LayerIndex Remove(LayerId id)
    {
        var (place, old) = Require(id);
        return new(_maps.With(place, old, null));
    }

    /// <exception cref="StorageException">NotFound.</exception>
    public LayerRecord Get(LayerId id) => Require(id).Record;

    /// <param name="records">In order, the volatile ones last; ids and names must be unique.</param>
    internal static LayerIndex Of(IReadOnlyList<LayerRecord> records)
    {
        var placed = records.Select((record, i) => (record.Volatile ? FirstVolatile + i : i, record));
        return new(LayerMaps.Of(placed.ToList()));
    }

    /// <summary>
    /// Stands for the content of one document: the same object as long as no edit touched a record of it.
    /// </summary>
    internal object Revision(bool isVolatile) => isVolatile ? _maps.Volatile : _maps.Stable;

    private (long Place, LayerRecord Record) Require(LayerId id) => _maps.Ids.TryGetValue(id, out var place)
        ? (place, _maps[place])
        : throw new StorageException(
            StorageErrorKind.NotFound, $"locating layer {Quoted.Text(id.Value)}: layer not known");

    private LayerRecord Checked(LayerRecord record, long place)
    {
        var names = record.Names.IsDefault ? [] : record.Names.Distinct(StringComparer.Ordinal).ToImmutableArray();
        foreach (var name in names)
        {
            if (_maps.Names.TryGetValue(name, out var holder) && holder != place)
                throw new StorageException(StorageErrorKind.NameTaken, "that name is already in use");
        }
        return !record.Names.IsDefault && names.Length == record.Names.Length ? record : record with { Names = names };
    }

    private LayerRecord? FindByPrefix(string prefix)
    {
        if (prefix.Length == 0) return null;
        var ids = _maps.Prefixes.Value;
        // The complement of where the text would stand; it is no id itself, or it has been found before.
        var at = ids.IndexOf(prefix);
        if (at < 0) at = ~at;
        return Begins(at) && !Begins(at + 1) ? Find(new LayerId(ids[at])) : null;

        bool Begins(int i) => i < ids.Count && ids[i].StartsWith(prefix, StringComparison.Ordinal);
    }

    private ImmutableArray<LayerRecord> At(ImmutableArray<long> places) => [.. places.Select(place => _maps[place])];

    /// <summary>One document's records with their count, which the map's own view of its values hides.</summary>
    private sealed class Document(ImmutableSortedDictionary<long, LayerRecord> records)
        : IReadOnlyCollection<LayerRecord>
    {
        public int Count => records.Count;

        public IEnumerator<LayerRecord> GetEnumerator() => records.Values.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
