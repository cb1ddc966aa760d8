// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Watching;

namespace ActorStorage.Layers;

/// <summary>Answers queries from the index in memory, which is current when it is asked.</summary>
internal sealed class LayerReader(LayerRoot root, StorageSettings settings)
{
    public IReply Answer(LayerProtocol.ILayerQuery query) => query switch
    {
        LayerProtocol.GetLayer get => new LayerProtocol.GetLayerOk(Used(Resolve(get.Layer))!),
        LayerProtocol.FindLayer find => new LayerProtocol.FindLayerOk(Used(root.Resolve(find.Layer))),
        LayerProtocol.FindLayersByDigest find => new LayerProtocol.ListLayersOk(ByDigest(find.Digest)),
        LayerProtocol.ListLayers => new LayerProtocol.ListLayersOk([.. root.Layers]),
        LayerProtocol.GetBigData get => new LayerProtocol.GetBigDataOk(BigData(Resolve(get.Layer), get.Key)),
        LayerProtocol.ListMounts => new LayerProtocol.ListMountsOk([.. root.Mounts().All]),
        LayerProtocol.GetMountCount get =>
            new LayerProtocol.GetMountCountOk(MountCount(root.Index.Require(get.Layer))),
        LayerProtocol.PlanLayer plan => Plan(plan),
        LayerProtocol.PlanStorageLayer plan => new LayerProtocol.PlanStorageLayerOk(
            BareLayer.Plan(root, plan.LayerId, plan.Parent, plan.Maps)),
        LayerProtocol.LocateLayer locate => Locate(locate),
        LayerProtocol.PlanTopLayer plan => PlanTopLayer(plan),
        _ => throw new ArgumentOutOfRangeException(nameof(query), query, "not a known query"),
    };

    private LayerRecord Resolve(string layer) => root.Require(layer);

    /// <summary>Whoever asks for a layer is about to use it.</summary>
    private LayerRecord? Used(LayerRecord? layer)
    {
        if (layer is not null) settings.Journal?.Uses.Note(layer.Id, UseKind.Found);
        return layer;
    }

    private LayerRecord[] ByDigest(Digest digest) =>
    [
        .. root.Index.FindByDiffDigest(digest)
            .Concat(root.Index.FindByCompressedDigest(digest))
            .Concat(root.Index.FindByTocDigest(digest))
            .Concat(root.ReadOnly.FindByDiffDigest(digest))
            .Concat(root.ReadOnly.FindByCompressedDigest(digest))
            .Concat(root.ReadOnly.FindByTocDigest(digest))
            .DistinctBy(layer => (layer.Id, layer.ReadOnlyStore)).Select(layer => Used(layer)!),
    ];

    private int MountCount(LayerRecord layer) => (int)(root.Mounts().Find(layer.Id)?.Count ?? 0);

    private byte[] BigData(LayerRecord layer, string key)
    {
        var missing = new StorageException(
            StorageErrorKind.NotFound,
            $"locating item named {Quoted.Text(key)} for layer with ID {Quoted.Text(layer.Id.Value)}: "
                + "file does not exist");
        if (!layer.BigDataNames.Contains(key)) throw missing;
        return root.BigData(layer, key) ?? throw missing;
    }

    private LayerProtocol.PlanLayerOk Plan(LayerProtocol.PlanLayer plan)
    {
        if (root.Index.Find(plan.LayerId) is { } existing) return new LayerProtocol.PlanLayerOk(null, existing, null);
        LayerDecision.RefuseReserved(plan.LayerId);
        if (plan.Names.Any(name => root.Index.FindByName(name) is not null))
            throw new StorageException(StorageErrorKind.NameTaken, "that name is already in use");
        if (string.IsNullOrEmpty(plan.Parent)) return new LayerProtocol.PlanLayerOk(null, null, null);
        var parent = root.Resolve(plan.Parent)
            ?? throw new StorageException(StorageErrorKind.ParentUnknown, "layer not known");
        return new LayerProtocol.PlanLayerOk(parent.Id, null, parent.IdMaps);
    }

    /// <summary>A reference that nothing answers to stands for the parent, as the Go tools have it.</summary>
    private LayerProtocol.LocateLayerOk Locate(LayerProtocol.LocateLayer locate)
    {
        var layer = Resolve(locate.Layer);
        var parent = layer.Parent is { } id ? root.Find(id) : null;
        if (string.IsNullOrEmpty(locate.Reference)) return new LayerProtocol.LocateLayerOk(layer, parent, parent);
        var reference = root.Resolve(locate.Reference) ?? parent ?? throw new StorageException(
            StorageErrorKind.NotFound, $"layer {Quoted.Text(locate.Reference)} is not known", "");
        return new LayerProtocol.LocateLayerOk(layer, parent, reference);
    }

    private LayerProtocol.PlanTopLayerOk PlanTopLayer(LayerProtocol.PlanTopLayer plan)
    {
        plan.Maps.Resolve(IdMaps.None).CheckRanges();
        return new LayerProtocol.PlanTopLayerOk(ContainerLayerChoice.Of(
            plan.Image, [root.Index, .. root.ReadOnly.Stores], plan.Maps, settings.IdMaps, canShift: false));
    }
}
