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
        if (reference?.Id == parent?.Id && TryOpenArchive(reading, layer) is { } archive)
        {
            using (archive)
                DiffCompression.Run(output, compression, compressed => archive.WriteTo(compressed, 0, cancellation));
            return;
        }
        using var comparison = new LayerComparison(reading.Disk, reading.Driver, reading.Area, layer, reference);
        DiffCompression.Run(
            output, compression,
            compressed => comparison.WriteTar(compressed, reading.Time.GetUtcNow(), cancellation));
    }

    /// <summary>The archive that the layer was made from, to be written from any byte on. Takes no lock.</summary>
    /// <returns>Null for a layer that was not made from an archive.</returns>
    /// <exception cref="StorageException">NotFound: the layer is gone.</exception>
    public static RebuiltArchive? TryOpenArchive(LayerReading reading, LayerRecord layer) =>
        TryOpenArchive(reading.Disk, reading.Paths, reading.Driver, layer);

    /// <summary>Writes the archive that the layer was made from, bit for bit, uncompressed.</summary>
    /// <exception cref="StorageException">NotFound: the layer, or its tar-split file, is gone. Corrupt: the files are
    /// not the ones that were unpacked.</exception>
    public static void Rebuild(
        IDisk disk, StoragePaths paths, ILayerDriver driver, LayerRecord layer, Stream output,
        CancellationToken cancellation)
    {
        using var archive = TryOpenArchive(disk, paths, driver, layer) ?? throw Missing(paths, layer);
        archive.WriteTo(output, 0, cancellation);
    }

    private static RebuiltArchive? TryOpenArchive(
        IDisk disk, StoragePaths paths, ILayerDriver driver, LayerRecord layer)
    {
        if (TryOpenTarSplit(disk, paths, layer) is not { } split) return null;
        try
        {
            return new RebuiltArchive(disk, split, new LayerFiles(disk, driver.Content(layer.Id)));
        }
        catch
        {
            split.Dispose();
            throw;
        }
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

/// <summary>An archive that is put together again from the files of its layer. Belongs to one thread.</summary>
public sealed class RebuiltArchive : IDisposable
{
    private readonly IDisk _disk;
    private readonly FileHandle _tarSplit;
    private readonly LayerFiles _files;

    internal RebuiltArchive(IDisk disk, FileHandle tarSplit, LayerFiles files) =>
        (_disk, _tarSplit, _files) = (disk, tarSplit, files);

    /// <summary>Writes it, uncompressed, from one byte on. To be called once.</summary>
    /// <exception cref="StorageException">As <see cref="TarSplitDiff"/> says it.</exception>
    public void WriteTo(Stream output, long offset, CancellationToken cancellation)
    {
        using var tarSplit = new FileHandleStream(_disk, _tarSplit);
        TarSplitDiff.Run(_disk, _files, tarSplit, output, offset, cancellation);
    }

    public void Dispose()
    {
        _files.Dispose();
        _tarSplit.Dispose();
    }
}

/// <summary>What it takes to read the contents of layers.</summary>
/// <param name="Area">Where a driver may mount something for a moment.</param>
public sealed record LayerReading(
    IDisk Disk, StoragePaths Paths, ILayerDriver Driver, StagingArea Area, TimeProvider Time);
