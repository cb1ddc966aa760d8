// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>Reads a document as a whole.</summary>
internal static class WholeFile
{
    /// <summary>The bytes and the time of modification of one and the same file, or null when there is none.</summary>
    internal static (byte[] Bytes, FileTime ModifiedAt)? Read(IDisk disk, DirectoryHandle directory, string name)
    {
        if (disk.Status(directory, name) is null) return null;
        using var file = disk.OpenFile(directory, name);
        var status = disk.Status(file);
        if (status.SizeBytes > Array.MaxLength)
            throw new StorageException(StorageErrorKind.TooLarge, $"{file.Path} is too large", file.Path);
        var bytes = GC.AllocateUninitializedArray<byte>((int)status.SizeBytes);
        var read = 0;
        while (read < bytes.Length)
        {
            var count = disk.Read(file, bytes.AsSpan(read));
            // Documents are replaced and never cut in place.
            if (count == 0)
                throw new StorageException(StorageErrorKind.Corrupt, $"{file.Path} became shorter", file.Path);
            read += count;
        }
        return (bytes, status.ModifiedAt);
    }
}
