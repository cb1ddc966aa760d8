// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ActorStorage.Disk;

/// <summary>What was last found of a root's room.</summary>
internal sealed record SpaceFigures(long LayersBytes, long OrphansBytes, long FreeBytes);

/// <summary>Who knows of the room of one root. Both are asked by whoever collects metrics, on his thread, and so answer
/// from memory.</summary>
/// <param name="Root">The graph root, absolute.</param>
/// <param name="Figures">Null while nothing was found yet.</param>
internal sealed record SpaceSource(string Root, Func<SpaceFigures?> Figures, Func<long> ReservedBytes);

/// <summary>The room of every root that is open in this process, as gauges of <see cref="Telemetry"/>.</summary>
internal static class SpaceGauges
{
    private static readonly ConcurrentDictionary<SpaceSource, bool> Sources = new(ReferenceEqualityComparer.Instance);

    static SpaceGauges()
    {
        Create("layers", "What recorded layers take up on disk.", source => source.Figures()?.LayersBytes);
        Create(
            "orphans", "What directories of layers without a record take up.",
            source => source.Figures()?.OrphansBytes);
        Create("reserved", "What is claimed for layers to come.", source => source.ReservedBytes());
        Create("free", "What the graph root's file system has left.", source => source.Figures()?.FreeBytes);
    }

    public static void Add(SpaceSource source) => Sources[source] = true;

    public static void Remove(SpaceSource source) => Sources.TryRemove(source, out _);

    private static void Create(string name, string description, Func<SpaceSource, long?> bytes) =>
        Telemetry.Meter.CreateObservableGauge(
            $"actorstorage.space.{name}", () => Observe(bytes), "By", description);

    private static IEnumerable<Measurement<long>> Observe(Func<SpaceSource, long?> bytes)
    {
        foreach (var source in Sources.Keys)
        {
            if (bytes(source) is { } found)
                yield return new(found, new KeyValuePair<string, object?>(Telemetry.RootName, source.Root));
        }
    }
}
