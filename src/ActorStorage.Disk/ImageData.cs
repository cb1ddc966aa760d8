// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>Reads the data that lies with an image. Needs no lock: items are replaced as a whole.</summary>
public static class ImageData
{
    /// <exception cref="StorageException">NotFound.</exception>
    public static byte[] Get(ImageRoot root, ImageRecord image, string key) =>
        Find(root, image, key) ?? throw new StorageException(
            StorageErrorKind.NotFound,
            $"locating item named {Quoted.Text(key)} for image with ID {Quoted.Text(image.Id.Value)} "
                + "(consider removing the image to resolve the issue): file does not exist");

    /// <summary>As it was recorded, else as it is.</summary>
    /// <exception cref="StorageException">NotFound.</exception>
    public static long SizeBytes(ImageRoot root, ImageRecord image, string key) =>
        image.BigData.SizeOf(key) ?? Find(root, image, key)?.Length
            ?? throw new StorageException(StorageErrorKind.NotFound, "size is not known");

    /// <exception cref="StorageException">NotFound: none was recorded.</exception>
    public static Digest DigestOf(ImageRecord image, string key) => image.BigData.DigestOf(key)
        ?? throw new StorageException(StorageErrorKind.NotFound, "could not compute digest of item");

    private static byte[]? Find(ImageRoot root, ImageRecord image, string key) =>
        key.Length == 0 ? null : BigDataFile.Read(root.Disk, root.Directory, image.Id.Value, key);
}
