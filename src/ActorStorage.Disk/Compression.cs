// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>How a blob was compressed. The numbers stand in layers.json.</summary>
public enum Compression
{
    None = 0,
    Bzip2 = 1,
    Gzip = 2,
    Xz = 3,
    Zstd = 4,
}
