// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>
/// Mounts layers and takes the mounts away. How often a layer was asked for is counted elsewhere: the caller holds
/// storage.lock, layers.lock and mountpoints.lock, and calls for the first request and after the last only.
/// </summary>
public static class OverlayMount
{
    private const int LowersMax = 500;          // OVL_MAX_STACK of the kernel, and the limit of the Go tools
    private const uint PrivateMode = 0x1c0;     // 0700

    /// <summary>Mounts the layer on everything below it and returns the mount point. A layer outside the graph root is
    /// mounted read-only, and nothing is written where it lies.</summary>
    /// <exception cref="StorageException">NotFound: no such layer. Corrupt: something of it or below it is missing.
    /// TooLarge: more layers below it than the kernel stacks. Anything else: mount(2) refused.</exception>
    public static string Mount(OverlayHome home, LayerId layer, MountRequest request)
    {
        var place = Place(home, layer);
        var isOwn = place.Kind == LayerPlaceKind.GraphRoot;
        if (isOwn) Prepare(home.Disk, place, layer);
        else request = request with { ReadOnly = true };
        var (flags, options) = MountOptions.Resolve(request, home.Options);
        var stack = Stack(home, place, layer, flags.HasFlag(MountFlags.ReadOnly), options);
        var mountPoint = home.MountPoint(layer, place);
        if (!isOwn) MakeForeignMountPoint(home, layer);
        home.Disk.MountOverlay(stack, mountPoint, flags);
        return mountPoint;
    }

    /// <summary>Where the files of the layer and of those below it are, whichever stores they lie in.</summary>
    /// <exception cref="StorageException">NotFound, Corrupt.</exception>
    public static LayerContent Content(OverlayHome home, LayerId layer)
    {
        var below = LayerDirectory.ReadLowerLayers(home, layer);
        return new LayerContent(
            OwnDirectories(home, layer), [.. below.SelectMany(lower => OwnDirectories(home, lower))]);
    }

    /// <summary>Takes the layer's mount away, busy or not. Nothing happens when it is not mounted.</summary>
    public static void Unmount(OverlayHome home, LayerId layer)
    {
        var place = home.Places.Find(layer);
        if (place is null or { Kind: not LayerPlaceKind.GraphRoot })
        {
            RemoveForeignMountPoint(home, layer);
            return;
        }
        using var directory = home.Disk.OpenDirectory(place.Directory, layer.DirectoryName);
        Detach(home, layer, place);
        Replace(home.Disk, directory);
    }

    /// <summary>Unmounts what is to be renamed away with all its mount points.</summary>
    internal static void Detach(OverlayHome home, LayerId layer, LayerPlace place)
    {
        var disk = home.Disk;
        if (place.Kind != LayerPlaceKind.GraphRoot)
        {
            RemoveForeignMountPoint(home, layer);
            return;
        }
        using (var directory = disk.OpenDirectory(place.Directory, layer.DirectoryName))
            DetachMapped(home, layer, directory);
        // More than one when a mount was repeated after its count was lost.
        while (disk.Unmount(home.MountPoint(layer, place)))
        {
        }
    }

    /// <summary>A layer's own trees: <c>diff</c>, then those that a change of its owners moved aside.</summary>
    /// <param name="path">Of the layer's directory, staged or visible, below the place.</param>
    internal static List<string> OwnDirectories(IDisk disk, LayerPlace place, string path)
    {
        var paths = new List<string>();
        for (var number = 0; ; number++)
        {
            var name = number == 0 ? LayerDirectory.Diff : string.Create(CultureInfo.InvariantCulture, $"diff{number}");
            if (disk.Status(place.Directory, $"{path}/{name}") is null) break;
            paths.Add($"{place.Path}/{path}/{name}");
        }
        var missing = $"{place.Path}/{path}/{LayerDirectory.Diff}";
        return paths.Count > 0 ? paths : throw new StorageException(
            StorageErrorKind.Corrupt, $"can't stat (or find?) lower layer {Quoted.Text(missing)}", missing);
    }

    private static List<string> OwnDirectories(OverlayHome home, LayerId layer) =>
        OwnDirectories(home.Disk, home.Places.Find(layer) ?? home.Places.GraphRoot, layer.DirectoryName);

    private static LayerPlace Place(OverlayHome home, LayerId layer) => home.Places.Find(layer)
        ?? throw new StorageException(StorageErrorKind.NotFound, $"layer not known: {layer}");

    private static OverlayStack Stack(
        OverlayHome home, LayerPlace place, LayerId layer, bool isReadOnly, IReadOnlyList<string> options)
    {
        var (own, below) = Content(home, layer);
        List<string> lowers = [.. own.Skip(1), .. below];
        if (lowers.Count == 0) lowers.Add($"{place.Path}/{layer.DirectoryName}/empty");
        if (isReadOnly) lowers.Insert(0, own[0]);
        if (lowers.Count > LowersMax) throw TooDeep(layer, lowers.Count);
        return isReadOnly
            ? new OverlayStack(lowers, null, null, options)
            : new OverlayStack(lowers, own[0], $"{place.Path}/{layer.DirectoryName}/work", options);
    }

    private static void Prepare(IDisk disk, LayerPlace place, LayerId layer)
    {
        using var directory = disk.OpenDirectory(place.Directory, layer.DirectoryName);
        MakeDiff(disk, directory);
        RemoveVolatileMark(disk, directory);
        StoreLayout.MakeDirectory(disk, directory, "merged", PrivateMode);
    }

    private static void MakeForeignMountPoint(OverlayHome home, LayerId layer)
    {
        using var run = home.Disk.OpenDirectory(home.Paths.DriverRun);
        StoreLayout.MakeDirectory(home.Disk, run, layer.DirectoryName, PrivateMode);
        StoreLayout.MakeDirectory(home.Disk, run, $"{layer.DirectoryName}/merged", PrivateMode);
    }

    private static void RemoveForeignMountPoint(OverlayHome home, LayerId layer)
    {
        var disk = home.Disk;
        using var run = disk.OpenDirectory(home.Paths.DriverRun);
        if (!layer.IsDirectoryName || disk.Status(run, layer.DirectoryName) is not { IsDirectory: true }) return;
        while (disk.Unmount($"{home.Paths.DriverRun}/{layer.DirectoryName}/merged"))
        {
        }
        disk.RemoveDirectory(run, $"{layer.DirectoryName}/merged");
        disk.RemoveDirectory(run, layer.DirectoryName);
    }

    /// <summary>The top directory of a layer may be missing: it is made for the one the layer belongs to.</summary>
    private static void MakeDiff(IDisk disk, DirectoryHandle directory)
    {
        if (disk.Status(directory, LayerDirectory.Diff) is not null) return;
        var owner = disk.Status(directory);
        StoreLayout.MakeDirectory(disk, directory, LayerDirectory.Diff, LayerDirectory.RootMode);
        disk.SetOwner(directory, LayerDirectory.Diff, owner.UserId, owner.GroupId);
    }

    /// <summary>The kernel refuses a layer that was mounted volatile as long as this is there.</summary>
    private static void RemoveVolatileMark(IDisk disk, DirectoryHandle directory)
    {
        const string Mark = "work/work/incompat/volatile";
        disk.RemoveFile(directory, $"{Mark}/dirty");
        disk.RemoveDirectory(directory, Mark);
    }

    /// <summary>Mounts with shifted ids below the layer, left behind by a tool that was killed.</summary>
    private static void DetachMapped(OverlayHome home, LayerId layer, DirectoryHandle directory)
    {
        if (home.Disk.Status(directory, "mapped") is not { IsDirectory: true }) return;
        using var mapped = home.Disk.OpenDirectory(directory, "mapped");
        foreach (var name in home.Disk.List(mapped))
            home.Disk.Unmount($"{home.Paths.DriverHome}/{layer.DirectoryName}/mapped/{name}");
    }

    /// <summary>
    /// Puts a fresh directory in the place of the mount point, at once: the rename fails while anything is mounted
    /// there, and an empty directory keeps nobody's leftovers.
    /// </summary>
    private static void Replace(IDisk disk, DirectoryHandle directory)
    {
        const string Next = "merged.1";
        var merged = disk.Status(directory, "merged");
        StoreLayout.MakeDirectory(disk, directory, Next, PrivateMode);
        if (merged is not null) disk.SetOwner(directory, Next, merged.UserId, merged.GroupId);
        disk.Rename(directory, Next, directory, "merged");
    }

    private static StorageException TooDeep(LayerId layer, int count) => new(
        StorageErrorKind.TooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"layer {layer} stands on {count} directories; the kernel stacks {LowersMax}"));
}
