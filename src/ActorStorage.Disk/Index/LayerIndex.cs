// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>All layer records of a store and the ways to find them.</summary>
public sealed class LayerIndex : RecordIndex<LayerRecord, LayerIndex>
{
    private const int ByDiffDigest = 0;
    private const int ByCompressedDigest = 1;
    private const int ByTocDigest = 2;
    private const int ByParent = 3;
    private const int ByIncomplete = 4;
    private const string Yes = "yes";

    private LayerIndex(RecordMaps<LayerRecord> maps)
        : base(maps)
    {
    }

    public static LayerIndex Empty { get; } = Of([]);

    /// <summary>In the order of the documents: layers.json first, volatile-layers.json last.</summary>
    public IEnumerable<LayerRecord> Layers => Records;

    /// <summary>Layers whose construction or deletion stopped half-way.</summary>
    public IEnumerable<LayerId> Incomplete => At(ByIncomplete, Yes).Select(layer => layer.Id);

    // Asked at every write, so it must not take longer the more layers there are.
    internal bool HasIncomplete => At(ByIncomplete, Yes).Count > 0;

    public LayerRecord? Find(LayerId id) => FindById(id.Value);

    public IReadOnlyList<LayerRecord> FindByDiffDigest(Digest digest) => At(ByDiffDigest, digest.Value);

    public IReadOnlyList<LayerRecord> FindByCompressedDigest(Digest digest) => At(ByCompressedDigest, digest.Value);

    public IReadOnlyList<LayerRecord> FindByTocDigest(Digest digest) => At(ByTocDigest, digest.Value);

    public IReadOnlyList<LayerId> ChildrenOf(LayerId parent) =>
        [.. At(ByParent, parent.Value).Select(child => child.Id)];

    /// <exception cref="StorageException">NotFound.</exception>
    public LayerIndex Remove(LayerId id) => RemoveById(id.Value);

    /// <exception cref="StorageException">NotFound.</exception>
    public LayerRecord Get(LayerId id) => GetById(id.Value);

    public override LayerRecord Require(string idNameOrPrefix) =>
        Resolve(idNameOrPrefix) ?? throw new StorageException(StorageErrorKind.NotFound, "layer not known");

    /// <param name="records">In order within each document; ids and names must be unique.</param>
    internal static LayerIndex Of(IReadOnlyList<LayerRecord> records) => new(RecordMaps<LayerRecord>.Of(
        records,
        layer => Key(layer.DiffDigest?.Value),
        layer => Key(layer.CompressedDigest?.Value),
        layer => Key(layer.TocDigest?.Value),
        layer => Key(layer.Parent?.Value),
        layer => Key(layer.Incomplete ? Yes : null)));

    private protected override LayerIndex With(RecordMaps<LayerRecord> maps) => new(maps);

    private protected override StorageException Unknown(string id) =>
        new(StorageErrorKind.NotFound, $"locating layer {Quoted.Text(id)}: layer not known");

    private static ImmutableArray<string> Key(string? key) => key is null ? [] : [key];
}
