// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// Changes of a layer's names. A name that another layer holds is taken away from it without a word, as the Go tools
/// do; a name given twice counts where it stands first.
/// </summary>
public static class LayerNames
{
    public static LayerIndex Set(LayerIndex index, LayerId layer, IEnumerable<string> names)
    {
        var record = index.Get(layer);
        var wanted = names.Distinct(StringComparer.Ordinal).ToImmutableArray();
        foreach (var name in wanted)
        {
            if (index.FindByName(name) is { } holder && holder.Id != layer)
                index = index.Replace(holder with { Names = holder.Names.Remove(name, StringComparer.Ordinal) });
        }
        return wanted.SequenceEqual(record.Names, StringComparer.Ordinal)
            ? index
            : index.Replace(record with { Names = wanted });
    }

    /// <summary>The new names come before those the layer has.</summary>
    public static LayerIndex Add(LayerIndex index, LayerId layer, IEnumerable<string> names) =>
        Set(index, layer, names.Concat(index.Get(layer).Names));

    public static LayerIndex Remove(LayerIndex index, LayerId layer, IEnumerable<string> names) =>
        Set(index, layer, index.Get(layer).Names.Except(names, StringComparer.Ordinal));
}
