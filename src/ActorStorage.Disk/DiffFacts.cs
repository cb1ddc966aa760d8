// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What a layer's record says of the archive that the layer was made from.</summary>
public sealed record DiffFacts
{
    public Digest? CompressedDigest { get; init; }
    public long CompressedSizeBytes { get; init; }
    public Digest? DiffDigest { get; init; }
    public Digest? TocDigest { get; init; }
    public long DiffSizeBytes { get; init; }
    public Compression Compression { get; init; }
    public ImmutableArray<uint> UserIds { get; init; } = [];
    public ImmutableArray<uint> GroupIds { get; init; } = [];

    public static DiffFacts Of(BlobSummary blob, IEnumerable<uint> userIds, IEnumerable<uint> groupIds) => new()
    {
        CompressedDigest = blob.CompressedDigest,
        CompressedSizeBytes = blob.CompressedSizeBytes,
        DiffDigest = blob.DiffDigest,
        DiffSizeBytes = blob.DiffSizeBytes,
        Compression = blob.Compression,
        UserIds = [.. userIds],
        GroupIds = [.. groupIds],
    };

    public static DiffFacts Of(LayerRecord layer) => new()
    {
        CompressedDigest = layer.CompressedDigest,
        CompressedSizeBytes = layer.CompressedSizeBytes,
        DiffDigest = layer.DiffDigest,
        TocDigest = layer.TocDigest,
        DiffSizeBytes = layer.DiffSizeBytes,
        Compression = layer.Compression,
        UserIds = layer.UserIds,
        GroupIds = layer.GroupIds,
    };

    public LayerRecord In(LayerRecord layer) => layer with
    {
        CompressedDigest = CompressedDigest,
        CompressedSizeBytes = CompressedSizeBytes,
        DiffDigest = DiffDigest,
        TocDigest = TocDigest,
        DiffSizeBytes = DiffSizeBytes,
        Compression = Compression,
        UserIds = UserIds,
        GroupIds = GroupIds,
    };
}
