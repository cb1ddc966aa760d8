// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>What <see cref="StorageError.Errno"/> is compared with by those who need more than the kind.</summary>
internal static class ErrorNumber
{
    internal const int NoSuchFile = 2;          // ENOENT
    internal const int NoSuchDevice = 6;        // ENXIO
    internal const int NotADirectory = 20;      // ENOTDIR
    internal const int TooManyLinks = 40;       // ELOOP
}
