// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Layers;
using Mono.Unix.Native;

namespace ActorStorage.Inspection;

/// <summary>
/// Who owns the directories that lead to a mounted layer, as far as the layer's id maps have no place for them: a
/// process inside the maps would not get past those.
/// </summary>
internal static class ParentOwners
{
    /// <exception cref="StorageException">NotFound; Invalid: the layer is mapped, and not mounted.</exception>
    public static InspectionProtocol.GetParentOwnersOk Of(
        InspectionProtocol.GetParentOwners request, WalkProtocol.ListAllOk all)
    {
        var container = all.Records.Containers.FirstOrDefault(each => each.Id.Value == request.LayerOrContainer);
        var id = container?.Layer?.Value ?? request.LayerOrContainer;
        var layer = all.Records.Layers.FirstOrDefault(each => each.Id.Value == id)
            ?? throw new StorageException(StorageErrorKind.NotFound, "layer not known");
        if (layer.IdMaps.IsEmpty) return new InspectionProtocol.GetParentOwnersOk([], []);
        var mount = all.Mounts.FirstOrDefault(each => each.Layer == layer.Id)
            ?? throw new StorageException(StorageErrorKind.Invalid, "layer is not mounted");
        var (users, groups) = (new SortedSet<uint>(), new SortedSet<uint>());
        for (var at = Path.GetDirectoryName(mount.Path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (Syscall.stat(at, out var status) != 0) continue;
            if (!layer.IdMaps.HasUser(status.st_uid)) users.Add(status.st_uid);
            if (!layer.IdMaps.HasGroup(status.st_gid)) groups.Add(status.st_gid);
        }
        return new InspectionProtocol.GetParentOwnersOk([.. users], [.. groups]);
    }
}
