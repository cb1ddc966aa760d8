// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

public enum StagingPhase
{
    Queued,
    Unpacking,
    Flushing,
    Committing,
    Committed,
    Failed,
}

/// <summary>How far a layer is.</summary>
/// <param name="BlobBytes">Bytes of the blob read so far.</param>
/// <param name="BlobBytesTotal">Null when the length is unknown.</param>
/// <param name="DiffBytes">Bytes of the uncompressed tar so far.</param>
/// <param name="Entries">Files, directories, links and devices so far.</param>
public sealed record StagingProgress(
    LayerId Layer, StagingPhase Phase, long BlobBytes, long? BlobBytesTotal, long DiffBytes, long Entries)
{
    /// <summary>Of a layer that is unpacked.</summary>
    public static StagingProgress Of(StagedLayer staged, StagingPhase phase)
    {
        var (blobBytes, diffBytes) = (staged.Facts?.CompressedSizeBytes ?? 0, staged.Facts?.DiffSizeBytes ?? 0);
        return new StagingProgress(staged.Id, phase, blobBytes, blobBytes, diffBytes, staged.Entries);
    }
}
