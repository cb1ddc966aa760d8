// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// Compares each layer's whole tree with what its archive and those below it make. Goes from parents to children, so
/// that each archive is read once, and keeps the trees of one branch at a time.
/// </summary>
/// <param name="verified">Layers whose archives are the recorded ones. A tree with any other in its chain is only tried
/// for being complete: nobody knows what it should be like.</param>
internal sealed class TreeCheck(
    CheckJob job, IEnumerable<LayerRecord> layers, IReadOnlySet<LayerId> verified, CheckFindings findings)
{
    internal void Run()
    {
        var known = layers.Select(layer => layer.Id).ToHashSet();
        var children = layers.ToLookup(layer => layer.Parent ?? layer.Id);
        var seen = new HashSet<LayerId>();
        var pending = new Stack<(LayerRecord Layer, ExpectedNode? Below, bool IsKnown)>();
        foreach (var layer in layers.Reverse())
        {
            if (layer.Parent is { } parent && known.Contains(parent)) continue;
            pending.Push((layer, null, layer.Parent is null));
        }
        while (pending.TryPop(out var next))
        {
            if (!seen.Add(next.Layer.Id)) continue;
            job.Cancellation.ThrowIfCancellationRequested();
            var tree = next.IsKnown && !job.Options.Quick && verified.Contains(next.Layer.Id)
                ? Expect(next.Layer, next.Below)
                : null;
            Check(next.Layer, tree);
            foreach (var child in children[next.Layer.Id]) pending.Push((child, tree, tree is not null));
        }
        // Records that are their own ancestors.
        foreach (var layer in layers.Where(layer => seen.Add(layer.Id))) Check(layer, null);
    }

    private void Check(LayerRecord layer, ExpectedNode? tree)
    {
        try
        {
            if (tree is null)
            {
                TryOpen(layer);
                return;
            }
            using var view = job.Driver.OpenView(layer.Id, job.Area.Trees);
            var differences = TreeVerification.Run(
                job.Disk, tree, view, layer.IdMaps, job.Driver.Options, job.Cancellation);
            foreach (var difference in differences)
                findings.Add(layer.Id.Value, $"{difference}, layer content modified");
        }
        catch (StorageException failure)
        {
            findings.Add(layer.Id.Value, failure.Message);
        }
    }

    /// <summary>Not mounted: it may be somebody's writable layer, in use at this moment.</summary>
    private void TryOpen(LayerRecord layer)
    {
        var (own, below) = job.Driver.Content(layer.Id);
        foreach (var path in own.Concat(below)) job.Disk.OpenDirectory(path).Dispose();
    }

    /// <returns>Null when no extractor of ours would make a layer of the archive: then nobody can say what its tree
    /// should be like. The archive itself was verified.</returns>
    private ExpectedNode? Expect(LayerRecord layer, ExpectedNode? below)
    {
        try
        {
            var settings = ExtractSettings.For(job.Driver, layer.IdMaps);
            var tree = new ExpectedTree(settings, job.Driver.CopiesParent ? below?.Copy() : null);
            Apply(layer, tree);
            return job.Driver.CopiesParent ? tree.Root : ExpectedLayers.Merge(below, tree.Root);
        }
        catch (StorageException)
        {
            return null;
        }
    }

    private void Apply(LayerRecord layer, ExpectedTree tree)
    {
        using var directory = job.Disk.OpenDirectory(job.Paths.Layers);
        using var split = job.Disk.OpenFile(directory, layer.Id.TarSplitName);
        using var bytes = new FileHandleStream(job.Disk, split);
        using var records = new TarSplitReader(bytes);
        using var outline = new ArchiveOutline(records);
        using var blob = BlobReader.OfArchive(outline);
        using var archive = new TarReader(blob, split: null, ArchiveLimits.None);
        while (archive.Next() is { } entry)
        {
            job.Cancellation.ThrowIfCancellationRequested();
            tree.Apply(entry);
        }
        tree.Finish();
    }
}
