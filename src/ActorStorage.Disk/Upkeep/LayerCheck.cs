// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>What is wrong with layers, those of additional stores included.</summary>
internal sealed class LayerCheck(CheckJob job)
{
    private readonly Dictionary<LayerId, LayerRecord> _known = [];

    /// <summary>Without those of additional stores.</summary>
    private IEnumerable<LayerRecord> Own => _known.Values.Where(layer => !layer.IsReadOnly);

    /// <summary>Without those that are being made or deleted.</summary>
    private IEnumerable<LayerRecord> OwnComplete => Own.Where(layer => !layer.Incomplete);

    internal CheckFindings Findings { get; } = new("layer");

    internal CheckFindings ReadOnlyFindings { get; } = new("read-only layer");

    /// <summary>Null when no store has such a layer.</summary>
    internal LayerRecord? Find(LayerId layer) => _known.GetValueOrDefault(layer);

    internal void Run()
    {
        var verified = new HashSet<LayerId>();
        foreach (var layer in job.Records.Layers)
        {
            if (_known.TryAdd(layer.Id, layer) && !layer.Incomplete && CheckFiles(layer)) verified.Add(layer.Id);
        }
        new TreeCheck(job, OwnComplete, verified, Findings).Run();
        foreach (var layer in Own)
        {
            if (layer.Parent is { } parent && Find(parent) is null)
                Findings.Repeat(layer.Id.Value, [$"layer {parent}: layer is missing"]);
        }
    }

    /// <param name="needed">By images and containers, with all that is below them.</param>
    internal void AddUnreferenced(IReadOnlySet<LayerId> needed)
    {
        var limit = job.Time.GetUtcNow() - job.Options.UnreferencedAgeMax;
        foreach (var layer in OwnComplete.Where(layer => !needed.Contains(layer.Id)))
        {
            // Nobody will ever know when a layer without a date was made.
            if (layer.Created == Timestamp.Zero || IsBefore(layer.Created.Moment, limit))
                Findings.Add(layer.Id.Value, "layer not referenced by any images or containers");
        }
    }

    /// <returns>Directories that no record names.</returns>
    internal SortedSet<string> AddUnaccounted()
    {
        var names = NamesAtDriver();
        // In this order: a layer that is being committed has the mark until the index names it.
        var marked = job.Driver.Marked().Select(layer => layer.Value);
        var recorded = RecordedIds.Read(job.Disk, job.Paths);
        var known = Own.Select(layer => layer.Id.Value);
        var unknown = new SortedSet<string>(names, StringComparer.Ordinal);
        unknown.ExceptWith(marked.Concat(recorded.Layers).Concat(recorded.LayersInWork).Concat(known));
        // What was being deleted is gone by now.
        if (unknown.Count > 0) unknown.IntersectWith(NamesAtDriver());
        foreach (var name in unknown)
            Findings.Add(name, "layer in lower level storage driver not accounted for");
        return unknown;
    }

    /// <returns>Whether the archive can be rebuilt as it was recorded.</returns>
    private bool CheckFiles(LayerRecord layer)
    {
        job.Cancellation.ThrowIfCancellationRequested();
        var findings = layer.IsReadOnly ? ReadOnlyFindings : Findings;
        new DataCheck(job, "layer", findings).Run(
            [job.Paths.LayersOf(layer)], layer.Id.Value, layer.BigDataNames, null);
        if (layer.DiffDigest is not { } digest) return false;
        var fault = ArchiveCheck.Fault(layer, digest, archive => LayerDiff.Rebuild(
            job.Disk, job.Paths, job.Driver, layer, archive, job.Cancellation));
        if (fault is not null) findings.Add(layer.Id.Value, fault);
        return fault is null;
    }

    private IEnumerable<string> NamesAtDriver() => job.Driver.List().Select(layer => layer.Value);

    private static bool IsBefore(FileTime moment, DateTimeOffset limit)
    {
        var seconds = limit.ToUnixTimeSeconds();
        var nanoseconds = (limit - DateTimeOffset.FromUnixTimeSeconds(seconds)).Ticks * 100;
        return moment.Seconds != seconds ? moment.Seconds < seconds : moment.Nanoseconds < nanoseconds;
    }
}
