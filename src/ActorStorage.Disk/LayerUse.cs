// SPDX-License-Identifier: Apache-2.0

namespace ActorStorage.Disk;

/// <summary>What is known of the use of layers that no record says. Asked while the locks of all stores are held, so
/// both answer from memory; from any thread.</summary>
/// <param name="LeasedBy">Who has been promised that the layer stays; null when nobody has.</param>
/// <param name="LastUsed">When somebody last had a use for the layer; null when that is not known: then it counts when
/// the layer was made, or last mounted and unmounted if its directory tells.</param>
public sealed record LayerUse(Func<LayerId, string?> LeasedBy, Func<LayerId, DateTimeOffset?> LastUsed)
{
    /// <summary>Nothing but the records.</summary>
    public static LayerUse Unknown { get; } = new(_ => null, _ => null);
}
