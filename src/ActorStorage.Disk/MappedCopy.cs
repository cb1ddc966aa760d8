// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// A copy of a layer whose files lie at other ids on the host. Its record says what the template's says, the parent
/// included: for everybody but the driver it is the same layer. For the driver it is put on the template, whose files
/// have changed owners in it.
/// </summary>
public static class MappedCopy
{
    private const uint PrivateFile = 0x180;         // 0600
    private const int BufferBytes = 1 << 20;

    /// <summary>Makes the copy where nobody sees it, while no lock is held.</summary>
    /// <param name="template">In its place; the commit refuses the copy if its owners have changed by then.</param>
    /// <exception cref="StorageException">What the disk says; nothing is left behind.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static LayerWrite.Commit Run(
        IDisk disk, StoragePaths paths, ILayerDriver driver, StagingArea area, LayerRecord template, IdMaps maps,
        FlushMode flush, CancellationToken cancellation)
    {
        var layer = new NewLayer
        {
            Id = LayerId.Random(),
            Parent = template.Parent?.Value,
            Metadata = template.Metadata,
            Maps = WantedMaps.Of(maps),
            Writeable = false,
        };
        var parent = new TreeParent(template.Id, template.IdMaps);
        var task = new StagingTask(layer, Blob: null, parent, maps, flush, Progress: null);
        var staged = LayerStaging.Run(disk, driver, area, task, cancellation);
        try
        {
            var copy = staged with
            {
                Facts = DiffFacts.Of(template),
                TarSplit = CopyTarSplit(disk, paths, area, template),
            };
            return new LayerWrite.Commit(copy, layer, template.Parent, AcceptExisting: false);
        }
        catch
        {
            staged.Content.Release();
            staged.Tree.Remove(disk);
            throw;
        }
    }

    /// <summary>Not a link to it: the Go tools write over such a file when they apply another archive.</summary>
    private static Trash? CopyTarSplit(IDisk disk, StoragePaths paths, StagingArea area, LayerRecord template)
    {
        using var layers = disk.OpenDirectory(paths.LayersOf(template));
        var name = template.Id.TarSplitName;
        if (disk.Status(layers, name) is null) return null;
        var copy = new Trash(area.Files, area.Files.NextName("addition"));
        try
        {
            using var from = disk.OpenFile(layers, name);
            using var to = disk.CreateFile(copy.In.Directory, copy.Name, PrivateFile);
            var buffer = new byte[BufferBytes];
            while (disk.Read(from, buffer) is > 0 and var count) disk.Write(to, buffer.AsSpan(0, count));
            disk.SyncData(to);
            return copy;
        }
        catch
        {
            copy.Remove(disk);
            throw;
        }
    }
}
