// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>All container records of a store and the ways to find them. One is also found by its layer's id.</summary>
public sealed class ContainerIndex : RecordIndex<ContainerRecord, ContainerIndex>
{
    private const int ByLayer = 0;
    private const int ByImage = 1;

    private ContainerIndex(RecordMaps<ContainerRecord> maps)
        : base(maps)
    {
    }

    public static ContainerIndex Empty { get; } = Of([]);

    /// <summary>In the order of the documents: containers.json first, then volatile-containers.json.</summary>
    public IEnumerable<ContainerRecord> Containers => Records;

    public ContainerRecord? Find(ContainerId id) => FindById(id.Value);

    /// <summary>Whose own layer it is.</summary>
    public ContainerRecord? FindByLayer(LayerId layer) => FindOtherwise(layer.Value);

    /// <summary>The containers that were made from an image.</summary>
    public IReadOnlyList<ContainerRecord> FindByImage(ImageId image) => At(ByImage, image.Value);

    /// <exception cref="StorageException">NotFound.</exception>
    public ContainerRecord Get(ContainerId id) => GetById(id.Value);

    /// <exception cref="StorageException">NotFound.</exception>
    public ContainerIndex Remove(ContainerId id) => RemoveById(id.Value);

    public override ContainerRecord Require(string idNameOrPrefix) =>
        Resolve(idNameOrPrefix) ?? throw Unknown(idNameOrPrefix);

    /// <param name="records">In order within each document; ids and names must be unique.</param>
    internal static ContainerIndex Of(IReadOnlyList<ContainerRecord> records) => new(RecordMaps<ContainerRecord>.Of(
        records,
        container => container.Layer is { } layer ? [layer.Value] : [],
        container => container.Image is { } image ? [image.Value] : []));

    private protected override ContainerIndex With(RecordMaps<ContainerRecord> maps) => new(maps);

    /// <summary>Of several containers with one layer, which only a damaged store has, the last.</summary>
    private protected override ContainerRecord? FindOtherwise(string text) =>
        At(ByLayer, text) is [.., var container] ? container : null;

    private protected override StorageException NameTaken(string name, ContainerRecord holder) => new(
        StorageErrorKind.NameTaken,
        $"the container name {Quoted.Text(name)} is already in use by {holder.Id}. You have to remove that container "
            + "to be able to reuse that name: that name is already in use");

    private protected override StorageException Unknown(string id) =>
        new(StorageErrorKind.NotFound, "container not known");
}
