// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// A layer and what it is compared with, open for reading. Where the layer's own directory holds nothing but its
/// changes against just this layer, and all of them, that directory is read; else both whole trees are compared. Takes
/// no lock and counts as no mount.
/// </summary>
public sealed class LayerComparison : IDisposable
{
    private readonly IDisk _disk;
    private readonly IdMaps _maps;
    private readonly List<DirectoryHandle> _lowers = [];
    private readonly DirectoryHandle? _own;
    private readonly DirectoryHandle? _upper;
    private readonly TreeSide? _old;
    private readonly TreeSide? _now;

    /// <param name="reference">Null for the empty tree.</param>
    /// <exception cref="StorageException">NotFound, Corrupt, or what mount(2) says.</exception>
    public LayerComparison(
        IDisk disk, ILayerDriver driver, StagingArea area, LayerRecord layer, LayerRecord? reference)
    {
        (_disk, _maps) = (disk, layer.IdMaps);
        try
        {
            var content = driver.Content(layer.Id);
            if (!driver.CopiesParent && IsOn(driver, content, reference))
                _own = disk.OpenDirectory(content.Own[0]);
            if (_own is not null && driver.KeepsChangesApart)
            {
                _upper = _own;
                foreach (var path in content.Own.Skip(1).Concat(content.Below)) _lowers.Add(disk.OpenDirectory(path));
                return;
            }
            _now = new TreeSide(driver.OpenView(layer.Id, area.Trees), layer.IdMaps);
            if (reference is not null)
                _old = new TreeSide(driver.OpenView(reference.Id, area.Trees), reference.IdMaps);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Every path once, a directory before what is in it.</summary>
    public IReadOnlyList<LayerChange> Changes(CancellationToken cancellation) => _upper is { } upper
        ? UpperChanges.Run(_disk, upper, _lowers, cancellation)
        : TreeChanges.Find(_disk, _old, _now!, cancellation);

    /// <summary>Bytes of files that were added or modified.</summary>
    public long SizeBytes(CancellationToken cancellation) => _own is { } own
        ? DiffSize.OfTree(_disk, own, cancellation)
        : DiffSize.OfChanges(_disk, _now!.Root, Changes(cancellation), cancellation);

    /// <summary>The changes as a tar.</summary>
    /// <param name="deletedAt">The time of entries for what was deleted; nobody knows the true one.</param>
    public void WriteTar(Stream output, DateTimeOffset deletedAt, CancellationToken cancellation)
    {
        if (_upper is { } upper) UpperDiff.Run(_disk, upper, _lowers, _maps, output, cancellation);
        else TreeDiff.Run(_disk, _old, _now!, output, deletedAt, cancellation);
    }

    public void Dispose()
    {
        _own?.Dispose();
        foreach (var lower in _lowers) lower.Dispose();
        _now?.Root.Dispose();
        _old?.Root.Dispose();
    }

    /// <summary>Whether the layer's directory was put on just this layer. That of a mapped copy was not: it lies on the
    /// layer it copies, while its record names that one's parent.</summary>
    private static bool IsOn(ILayerDriver driver, LayerContent content, LayerRecord? reference) => reference is null
        ? content.Below.Count == 0
        : content.Below.Count > 0 && content.Below[0] == driver.Content(reference.Id).Own[0];
}
