// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>What is known of a blob that was read to its end.</summary>
/// <param name="CompressedDigest">SHA-256 of the bytes as received.</param>
/// <param name="CompressedSizeBytes">How many those were.</param>
/// <param name="DiffDigest">SHA-256 of the uncompressed bytes; the same value when nothing was compressed.</param>
/// <param name="DiffSizeBytes">How many uncompressed bytes there were.</param>
public sealed record BlobSummary(
    Digest CompressedDigest, long CompressedSizeBytes, Digest DiffDigest, long DiffSizeBytes, Compression Compression);
