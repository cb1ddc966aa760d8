// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// What a loader does with documents that contradict themselves. The first record with an id wins. Of records that
/// share a name the last one keeps it; a record that lists a name twice loses it, for it counts as the earlier one too.
/// </summary>
internal static class DuplicateRepair
{
    internal static (LayerIndex Index, ImmutableArray<string> DuplicateNames) Run(IEnumerable<LayerRecord> records)
    {
        var ids = new HashSet<LayerId>();
        var kept = records.Where(record => ids.Add(record.Id)).ToList();
        var holders = new Dictionary<string, int>(StringComparer.Ordinal);
        var duplicates = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < kept.Count; i++)
        {
            foreach (var name in kept[i].Names)
            {
                if (holders.TryGetValue(name, out var earlier))
                {
                    duplicates.Add(name);
                    kept[earlier] = kept[earlier] with { Names = kept[earlier].Names.RemoveAll(each => each == name) };
                }
                holders[name] = i;
            }
        }
        return (LayerIndex.Of(kept), duplicates.ToImmutable());
    }
}
