// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>Reads the data that lies with a container. Needs no lock: items are replaced as a whole.</summary>
public static class ContainerData
{
    /// <exception cref="StorageException">NotFound.</exception>
    public static byte[] Get(ContainerRoot root, ContainerRecord container, string key) =>
        Find(root, container, key) ?? throw new StorageException(
            StorageErrorKind.NotFound,
            $"open {root.Directory.Path}/{container.Id}/{(key.Length == 0 ? key : BigDataFile.Name(key))}: "
                + "no such file or directory");

    /// <summary>
    /// The write that records size and digest of an item that is there and was never measured; null when they are
    /// recorded, or there is no such item.
    /// </summary>
    public static ContainerWrite.SetBigData? Measure(ContainerRoot root, ContainerRecord container, string key)
    {
        if (container.BigData.SizeOf(key) is not null && container.BigData.DigestOf(key) is not null) return null;
        return Find(root, container, key) is { } value
            ? new ContainerWrite.SetBigData(container.Id.Value, key, value)
            : null;
    }

    /// <exception cref="StorageException">NotFound: none was recorded.</exception>
    public static long SizeBytes(ContainerRecord container, string key) => container.BigData.SizeOf(key)
        ?? throw new StorageException(StorageErrorKind.NotFound, "size is not known");

    /// <exception cref="StorageException">NotFound: none was recorded.</exception>
    public static Digest DigestOf(ContainerRecord container, string key) => container.BigData.DigestOf(key)
        ?? throw new StorageException(StorageErrorKind.NotFound, "could not compute digest of item");

    private static byte[]? Find(ContainerRoot root, ContainerRecord container, string key) =>
        key.Length == 0 ? null : BigDataFile.Read(root.Disk, root.Directory, container.Id.Value, key);
}
