// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk;

/// <summary>A layer back to a tar.</summary>
public static class LayerDiff
{
    /// <summary>
    /// Writes what a layer changes, in the given compression: against its parent the archive that it was made from, bit
    /// for bit, when there was one; else what its files say. Takes no lock: a layer that was made from an archive does
    /// not change, and one that is deleted meanwhile fails the checks of its contents.
    /// </summary>
    /// <param name="parent">The layer's own; null for none.</param>
    /// <param name="reference">What to compare with; null for the empty tree.</param>
    /// <exception cref="StorageException">NotFound: the layer is gone. NotSupported: the compression cannot be written.
    /// Corrupt: the files are not the ones that were unpacked.</exception>
    public static void Run(
        LayerReading reading, LayerRecord layer, LayerRecord? parent, LayerRecord? reference, Stream output,
        Compression compression, CancellationToken cancellation)
    {
        if (reference?.Id == parent?.Id && TryOpenTarSplit(reading.Disk, reading.Paths, layer) is { } split)
        {
            using (split) Rebuild(reading.Disk, reading.Driver, layer, split, output, compression, cancellation);
            return;
        }
        using var comparison = new LayerComparison(reading.Disk, reading.Driver, reading.Area, layer, reference);
        DiffCompression.Run(
            output, compression,
            compressed => comparison.WriteTar(compressed, reading.Time.GetUtcNow(), cancellation));
    }

    /// <summary>Writes the archive that the layer was made from, bit for bit, uncompressed.</summary>
    /// <exception cref="StorageException">NotFound: the layer, or its tar-split file, is gone. Corrupt: the files are
    /// not the ones that were unpacked.</exception>
    public static void Rebuild(
        IDisk disk, StoragePaths paths, ILayerDriver driver, LayerRecord layer, Stream output,
        CancellationToken cancellation)
    {
        using var split = TryOpenTarSplit(disk, paths, layer) ?? throw Missing(paths, layer);
        Rebuild(disk, driver, layer, split, output, Compression.None, cancellation);
    }

    private static void Rebuild(
        IDisk disk, ILayerDriver driver, LayerRecord layer, FileHandle split, Stream output, Compression compression,
        CancellationToken cancellation)
    {
        using var files = new LayerFiles(disk, driver.Content(layer.Id));
        using var tarSplit = new FileHandleStream(disk, split);
        DiffCompression.Run(
            output, compression, compressed => TarSplitDiff.Run(disk, files, tarSplit, compressed, cancellation));
    }

    /// <summary>Null for a layer that was not made from an archive.</summary>
    private static FileHandle? TryOpenTarSplit(IDisk disk, StoragePaths paths, LayerRecord layer)
    {
        using var layers = disk.OpenDirectory(paths.LayersOf(layer));
        try
        {
            return disk.OpenFile(layers, layer.Id.TarSplitName);
        }
        catch (StorageException missing) when (missing.GetErrno() is Errno.ENOENT)
        {
            return null;
        }
    }

    private static StorageException Missing(StoragePaths paths, LayerRecord layer)
    {
        var path = $"{paths.LayersOf(layer)}/{layer.Id.TarSplitName}";
        return new StorageException(StorageErrorKind.NotFound, $"open {path}: no such file or directory", path);
    }
}

/// <summary>What it takes to read the contents of layers.</summary>
/// <param name="Area">Where a driver may mount something for a moment.</param>
public sealed record LayerReading(
    IDisk Disk, StoragePaths Paths, ILayerDriver Driver, StagingArea Area, TimeProvider Time);
