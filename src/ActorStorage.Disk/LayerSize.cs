// SPDX-License-Identifier: Apache-2.0
using System.IO.Hashing;
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What one layer takes up, and what must still be so for that to be true.</summary>
/// <param name="Record">Stands for what the record says of its making and its archive, see <see cref="Of"/>; null while
/// no record was seen.</param>
/// <param name="TouchedAt">When something had last happened to its directory; null when nothing tells.</param>
internal sealed record LayerSize(ulong? Record, FileTime? TouchedAt, long Bytes)
{
    /// <summary>The record that this was last true of: as long as it is the same object nothing needs to be
    /// compared.</summary>
    public LayerRecord? Seen { get; init; }

    /// <summary>One that was deleted and made again is another, and so is one that an archive was applied to.</summary>
    public static ulong Of(LayerRecord layer) => XxHash3.HashToUInt64(
        Encoding.UTF8.GetBytes($"{layer.Created.Text}\n{layer.DiffDigest?.Value}"));
}
