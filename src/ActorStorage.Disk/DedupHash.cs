// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>
/// By what files are put together that may be identical. The kernel compares their bytes before it shares any, so the
/// choice decides how much is read, not what is shared.
/// </summary>
public enum DedupHash
{
    /// <summary>A 64-bit checksum of the content.</summary>
    Crc,
    /// <summary>The length alone: nothing is read here, and the kernel compares more.</summary>
    Size,
    Sha256,
}

/// <summary>The methods' names on the command line.</summary>
public static class DedupHashName
{
    /// <exception cref="StorageException">Invalid: there is no such method.</exception>
    public static DedupHash Parse(string text) => text switch
    {
        "crc" => DedupHash.Crc,
        "size" => DedupHash.Size,
        "sha256" => DedupHash.Sha256,
        _ => throw new StorageException(StorageErrorKind.Invalid, $"invalid hash method: {text}"),
    };
}
