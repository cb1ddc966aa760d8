// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>One item of data to be kept with an image or a container.</summary>
/// <param name="Key">Any text but the empty one.</param>
/// <param name="ManifestDigest">
/// What to record for an item whose key begins with "manifest", when it is not that of the bytes.
/// </param>
public sealed record NewBigData(string Key, ReadOnlyMemory<byte> Value, Digest? ManifestDigest = null);
