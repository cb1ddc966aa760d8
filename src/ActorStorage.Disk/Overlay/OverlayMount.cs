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

    /// <summary>Mounts the layer on everything below it and returns the mount point.</summary>
    /// <exception cref="StorageException">NotFound: no such layer. Corrupt: something of it or below it is missing.
    /// TooLarge: more layers below it than the kernel stacks. Anything else: mount(2) refused.</exception>
    public static string Mount(OverlayHome home, LayerId layer, MountRequest request)
    {
        using var directory = LayerDirectory.OpenLayer(home, layer)
            ?? throw new StorageException(StorageErrorKind.NotFound, $"layer not known: {layer}");
        MakeDiff(home.Disk, directory);
        var (flags, options) = MountOptions.Resolve(request, home.Options);
        var (own, below) = Content(home, layer);
        List<string> lowers = [.. own.Skip(1), .. below];
        if (lowers.Count == 0) lowers.Add(PathOf(home, layer, "empty"));

        var isReadOnly = flags.HasFlag(MountFlags.ReadOnly);
        if (isReadOnly) lowers.Insert(0, own[0]);
        if (lowers.Count > LowersMax) throw TooDeep(layer, lowers.Count);
        var stack = isReadOnly
            ? new OverlayStack(lowers, null, null, options)
            : new OverlayStack(lowers, own[0], PathOf(home, layer, "work"), options);

        RemoveVolatileMark(home.Disk, directory);
        StoreLayout.MakeDirectory(home.Disk, directory, "merged", PrivateMode);
        home.Disk.MountOverlay(stack, home.MountPoint(layer), flags);
        return home.MountPoint(layer);
    }

    /// <summary>Where the files of the layer and of those below it are.</summary>
    /// <exception cref="StorageException">NotFound, Corrupt.</exception>
    public static LayerContent Content(OverlayHome home, LayerId layer)
    {
        var below = LayerDirectory.ReadLowerLayers(home, layer);
        return new LayerContent(
            OwnDirectories(home, layer.Value), [.. below.SelectMany(lower => OwnDirectories(home, lower.Value))]);
    }

    /// <summary>Takes the layer's mount away, busy or not. Nothing happens when it is not mounted.</summary>
    public static void Unmount(OverlayHome home, LayerId layer)
    {
        using var directory = LayerDirectory.OpenLayer(home, layer);
        if (directory is null) return;
        var disk = home.Disk;
        DetachMapped(home, layer, directory);
        // More than one when a mount was repeated after its count was lost.
        while (disk.Unmount(home.MountPoint(layer)))
        {
        }
        Replace(disk, directory);
    }

    public static bool IsMounted(OverlayHome home, LayerId layer) => home.Disk.IsMountPoint(home.MountPoint(layer));

    /// <summary>A layer's own trees: <c>diff</c>, then those that a change of its owners moved aside.</summary>
    /// <param name="path">Of the layer's directory, staged or visible, below the home.</param>
    internal static List<string> OwnDirectories(OverlayHome home, string path)
    {
        var paths = new List<string>();
        for (var number = 0; ; number++)
        {
            var name = number == 0 ? LayerDirectory.Diff : string.Create(CultureInfo.InvariantCulture, $"diff{number}");
            if (home.Disk.Status(home.Directory, $"{path}/{name}") is null) break;
            paths.Add($"{home.Paths.DriverHome}/{path}/{name}");
        }
        var missing = $"{home.Paths.DriverHome}/{path}/{LayerDirectory.Diff}";
        return paths.Count > 0 ? paths : throw new StorageException(
            StorageErrorKind.Corrupt, $"can't stat (or find?) lower layer {Quoted.Text(missing)}", missing);
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
        foreach (var name in home.Disk.List(mapped)) home.Disk.Unmount(PathOf(home, layer, $"mapped/{name}"));
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

    private static string PathOf(OverlayHome home, LayerId layer, string name) =>
        $"{home.Paths.DriverHome}/{layer.Value}/{name}";

    private static StorageException TooDeep(LayerId layer, int count) => new(
        StorageErrorKind.TooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"layer {layer} stands on {count} directories; the kernel stacks {LowersMax}"));
}
