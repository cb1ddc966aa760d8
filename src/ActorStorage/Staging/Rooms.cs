// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Staging;

/// <summary>A file system on which layers are made.</summary>
/// <param name="Path">Of the layers on it.</param>
/// <param name="FreeBytes">What it has left for us. Asks the kernel.</param>
internal sealed record Room(string Path, Func<long> FreeBytes);

/// <summary>Where the layers of one root are made.</summary>
/// <param name="ImageStore">Null where the images lie on the same file system.</param>
internal sealed record Rooms(Room GraphRoot, Room? ImageStore)
{
    public IEnumerable<Room> All => ImageStore is null ? [GraphRoot] : [GraphRoot, ImageStore];

    public static Rooms Of(IDisk disk, LayerPlaces places)
    {
        var graphRoot = Of(disk, places.GraphRoot);
        if (places.ImageStore is not { } images) return new Rooms(graphRoot, null);
        var isSame = disk.Status(images.Directory).Device == disk.Status(places.GraphRoot.Directory).Device;
        return new Rooms(graphRoot, isSame ? null : Of(disk, images));
    }

    public Room Where(bool inImageStore) => inImageStore && ImageStore is { } images ? images : GraphRoot;

    private static Room Of(IDisk disk, LayerPlace place) => new(place.Path, () => disk.FreeBytes(place.Directory));
}
