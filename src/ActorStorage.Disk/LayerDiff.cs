// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>A layer back to a tar.</summary>
public static class LayerDiff
{
    private const int NoSuchFile = 2;

    /// <summary>
    /// Writes the archive that the layer was made from, bit for bit, in the given compression. Takes no lock: a layer
    /// never changes, and one that is deleted meanwhile fails the checks of its contents.
    /// </summary>
    /// <exception cref="StorageException">NotFound: the layer is gone. NotSupported: the layer was not made from an
    /// archive, or the compression cannot be written. Corrupt: the files are not the ones that were
    /// unpacked.</exception>
    public static void Run(
        IDisk disk, StoragePaths paths, ILayerDriver driver, LayerRecord layer, Stream output,
        Compression compression, CancellationToken cancellation)
    {
        using var layers = disk.OpenDirectory(paths.LayersOf(layer));
        using var split = OpenTarSplit(disk, layers, layer);
        using var files = new LayerFiles(disk, driver.Content(layer.Id));
        using var tarSplit = new FileHandleStream(disk, split);
        DiffCompression.Run(
            output, compression, compressed => TarSplitDiff.Run(disk, files, tarSplit, compressed, cancellation));
    }

    private static FileHandle OpenTarSplit(IDisk disk, DirectoryHandle layers, LayerRecord layer)
    {
        try
        {
            return disk.OpenFile(layers, $"{layer.Id.Value}.tar-split.gz");
        }
        catch (StorageException missing) when (missing.Error.Errno == NoSuchFile)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported,
                $"layer {layer.Id} was not made from an archive: a diff of its files is not supported yet",
                cause: missing);
        }
    }
}
