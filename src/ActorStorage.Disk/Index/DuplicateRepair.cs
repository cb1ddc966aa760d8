// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// What a loader does with documents that contradict themselves. Of records with one id the first wins. Of records that
/// share a name the last one keeps it; a record that lists a name twice loses it, for it counts as the earlier one too.
/// Images are treated otherwise in two points: of those with one id the last wins, and one may list a name twice.
/// </summary>
internal static class DuplicateRepair
{
    internal static (IReadOnlyList<TRecord> Kept, ImmutableArray<string> DuplicateNames) Run<TRecord>(
        IReadOnlyList<TRecord> records, bool areImages)
        where TRecord : StoredRecord
    {
        var kept = areImages ? Unique(records.Reverse()).Reverse().ToList() : Unique(records).ToList();
        var holders = new Dictionary<string, int>(StringComparer.Ordinal);
        var duplicates = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < kept.Count; i++)
        {
            foreach (var name in kept[i].Names)
            {
                if (holders.TryGetValue(name, out var earlier) && !(areImages && earlier == i))
                {
                    duplicates.Add(name);
                    kept[earlier] = kept[earlier].Named(kept[earlier].Names.RemoveAll(each => each == name));
                }
                holders[name] = i;
            }
        }
        return (kept, duplicates.ToImmutable());
    }

    private static IEnumerable<TRecord> Unique<TRecord>(IEnumerable<TRecord> records)
        where TRecord : StoredRecord => records.DistinctBy(record => record.Key, StringComparer.Ordinal);
}
