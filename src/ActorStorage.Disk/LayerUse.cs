// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What is known of the use of layers that no record says. Asked while the locks of all stores are held, so
/// both answer from memory; from any thread.</summary>
/// <param name="LeasedBy">Who has been promised that the layer stays; null when nobody has.</param>
/// <param name="LastUsed">When somebody last had a use for the layer; null when that is not known, and the time at
/// which it was made counts.</param>
public sealed record LayerUse(Func<LayerId, string?> LeasedBy, Func<LayerId, DateTimeOffset?> LastUsed)
{
    /// <summary>How the layers are called that stand on a leased one to keep it. Whether such a layer may go says the
    /// journal that made it, and nobody who only knows the records.</summary>
    public const string RecordNamePrefix = "actor-storage-lease-";

    /// <inheritdoc cref="RecordNamePrefix"/>
    public static bool IsRecord(LayerRecord layer) =>
        layer.Names.Any(name => name.StartsWith(RecordNamePrefix, StringComparison.Ordinal));

    /// <summary>Nothing but the records.</summary>
    public static LayerUse Unknown { get; } = new(_ => null, _ => null);
}
