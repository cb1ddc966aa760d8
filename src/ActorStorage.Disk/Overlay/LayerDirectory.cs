// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>What the next layer takes over from its parent.</summary>
/// <param name="Lower">The text of the parent's <c>lower</c> file; empty when it has no parent itself.</param>
/// <param name="LowerLayers">The layers below the parent, the nearest first.</param>
/// <param name="RootMode">Permissions of the parent's root directory, the low nine bits.</param>
public sealed record ParentLayer(
    LinkId Link, string Lower, IReadOnlyList<LayerId> LowerLayers, uint RootMode, uint UserId, uint GroupId);

/// <summary>
/// What one layer is on disk: <c>diff</c> (its tree), <c>work</c> and <c>merged</c> (for mounting), <c>link</c> (its
/// short name), and either <c>lower</c> and <c>lower-layers</c> (what is below it) or <c>empty</c> (nothing is).
/// </summary>
/// <remarks>
/// Both files about what is below are written: newer releases of the Go tools read <c>lower-layers</c>, older ones know
/// <c>lower</c> only.
/// </remarks>
public static class LayerDirectory
{
    public const string Diff = "diff";
    private const string Link = "link";
    private const string StagedLink = "l";      // the symbolic link, as long as the layer is staged
    private const string Empty = "empty";
    private const string Lower = "lower";
    private const string LowerLayers = "lower-layers";

    internal const uint RootMode = 0x16d;        // 0555
    // 0022: a root that is not described by the layer's own archive is made as anybody makes a directory.
    private const uint OthersWrite = 0x12;
    private const uint PrivateMode = 0x1c0;     // 0700
    private const uint FileMode = 0x1a4;        // 0644
    private const uint LinksMode = 0x1ed;       // 0755
    private const uint Permissions = 0x1ff;     // sticky, setuid and setgid are not inherited

    /// <summary>Makes everything that needs no parent, in a directory nobody sees. Needs no lock.</summary>
    /// <param name="staged">The future directory of the layer, empty, on <see cref="OverlayHome.Directory"/>'s mount.
    /// </param>
    /// <param name="layer">What it will be called.</param>
    /// <param name="owner">The container's root on the host.</param>
    /// <param name="forceMask">See <see cref="DriverOptions.ForceMask"/>.</param>
    public static LinkId Prepare(
        IDisk disk, DirectoryHandle staged, LayerId layer, bool hasParent, (uint UserId, uint GroupId) owner,
        uint? forceMask = null)
    {
        if (owner != default) disk.SetOwner(staged, owner.UserId, owner.GroupId);
        disk.SetMode(staged, PrivateMode);
        MakeRoot(disk, staged, owner, forceMask);
        if (forceMask is not null && !hasParent)
            KeepAside(disk, staged, new OverrideStat(owner.UserId, owner.GroupId, RootMode));
        MakeDirectory(disk, staged, "work", PrivateMode, owner);
        MakeDirectory(disk, staged, "merged", PrivateMode, owner);
        if (!hasParent) MakeDirectory(disk, staged, Empty, PrivateMode, owner);
        var link = LinkId.Random();
        SmallFile.Write(disk, staged, Link, link.Value, FileMode);
        // A link this long costs a block and half a millisecond: not under the lock.
        disk.MakeSymlink($"../{layer.Value}/{Diff}", staged, StagedLink);
        return link;
    }

    /// <summary>What a child of this layer needs to know. The caller holds layers.lock.</summary>
    /// <exception cref="StorageException">ParentUnknown; Corrupt: the parent's directory is not complete.</exception>
    public static ParentLayer ReadParent(OverlayHome home, LayerId parent)
    {
        using var directory = OpenLayer(home, parent)
            ?? throw new StorageException(StorageErrorKind.ParentUnknown, "layer not known");
        return Describe(home, directory);
    }

    /// <summary>The same of a layer whose directory is open, staged or visible.</summary>
    public static ParentLayer Describe(OverlayHome home, DirectoryHandle directory)
    {
        var disk = home.Disk;
        using var diff = OpenDiff(disk, directory);
        var status = disk.Status(diff);
        var (userId, groupId, mode) = OverrideStat.Of(disk, diff)
            ?? new OverrideStat(status.UserId, status.GroupId, status.Mode);
        return new ParentLayer(
            ReadLink(disk, directory) ?? throw Corrupt(directory, Link),
            RequireLower(disk, directory),
            ReadLowerLayers(home, directory),
            mode & Permissions, userId, groupId);
    }

    /// <summary>
    /// Puts a staged layer on its parent. Small writes only, for under layers.lock; may be repeated.
    /// </summary>
    /// <param name="inheritRoot">Whether the layer's root gets permissions and owner from the parent's: not when the
    /// archive itself set them, by a member called <c>/</c>.</param>
    /// <param name="sync">Whether the layer was flushed, so that these files have to follow.</param>
    public static void SetParent(
        IDisk disk, DirectoryHandle staged, LayerId parent, ParentLayer parentLayer, bool inheritRoot = true,
        bool sync = false)
    {
        foreach (var below in parentLayer.LowerLayers.Prepend(parent)) RequireListable(below);
        var lower = parentLayer.Link.Path;
        if (parentLayer.Lower.Length > 0) lower += $":{parentLayer.Lower}";
        SmallFile.Write(disk, staged, Lower, lower, FileMode, sync);
        var layers = parentLayer.LowerLayers.Prepend(parent).Select(layer => layer.Value);
        SmallFile.Write(disk, staged, LowerLayers, string.Join(':', layers), FileMode, sync);

        foreach (var name in (string[])["work", "merged"])
            disk.SetOwner(staged, name, parentLayer.UserId, parentLayer.GroupId);
        if (!inheritRoot) return;
        disk.SetOwner(staged, Diff, parentLayer.UserId, parentLayer.GroupId);
        // After the owner, whose change can drop bits.
        disk.SetMode(staged, Diff, parentLayer.RootMode & ~OthersWrite);
    }

    /// <summary>
    /// The same for a layer under a mask, whose root has the mask's permissions and the container's root for an owner,
    /// and keeps aside what it inherits.
    /// </summary>
    internal static void InheritAside(IDisk disk, DirectoryHandle staged, ParentLayer parentLayer) => KeepAside(
        disk, staged, new OverrideStat(parentLayer.UserId, parentLayer.GroupId, parentLayer.RootMode));

    /// <summary>The directory that becomes the root of the layer's tree, still empty.</summary>
    internal static void MakeRoot(
        IDisk disk, DirectoryHandle staged, (uint UserId, uint GroupId) owner, uint? forceMask) =>
        MakeDirectory(disk, staged, Diff, forceMask & ~OthersWrite ?? RootMode, owner);

    /// <summary>Other tools make layers whose ids the list of what is below cannot hold.</summary>
    private static void RequireListable(LayerId below)
    {
        if (LayerId.Fault(below.Value) is not { } fault) return;
        throw new StorageException(
            StorageErrorKind.NotSupported, $"no layer can be put on {Quoted.Text(below.Value)}: its id {fault}");
    }

    /// <summary>
    /// Makes the layer known under its short name, before the index names it. The caller holds layers.lock.
    /// </summary>
    /// <param name="home">Where the layer is.</param>
    public static void AddLink(IDisk disk, DirectoryHandle home, DirectoryHandle layer, LinkId link)
    {
        StoreLayout.MakeDirectory(disk, home, "l", LinksMode);
        disk.Rename(layer, StagedLink, home, link.Path);
    }

    /// <summary>Whether there was such a link. The caller holds layers.lock.</summary>
    public static bool RemoveLink(IDisk disk, DirectoryHandle home, LinkId link) =>
        disk.RemoveFile(home, link.Path);

    /// <summary>The layer's short name; null when the layer or the file is missing, and when the file, emptied by a
    /// power cut for instance, holds no such name.</summary>
    public static LinkId? ReadLink(OverlayHome home, LayerId layer)
    {
        using var directory = OpenLayer(home, layer);
        return directory is null ? null : ReadLink(home.Disk, directory);
    }

    /// <summary>The layers below this one, the nearest first; none when it has no parent.</summary>
    /// <exception cref="StorageException">NotFound; Corrupt: a file names what cannot be a layer.</exception>
    public static IReadOnlyList<LayerId> ReadLowerLayers(OverlayHome home, LayerId layer)
    {
        using var directory = OpenLayer(home, layer)
            ?? throw new StorageException(StorageErrorKind.NotFound, $"layer not known: {layer}");
        return ReadLowerLayers(home, directory);
    }

    internal static DirectoryHandle? OpenLayer(OverlayHome home, LayerId layer) =>
        home.Places.Find(layer) is { } place ? home.Disk.OpenDirectory(place.Directory, layer.DirectoryName) : null;

    internal static void MakeDirectory(
        IDisk disk, DirectoryHandle at, string name, uint mode, (uint UserId, uint GroupId) owner)
    {
        disk.MakeDirectory(at, name, mode);
        if (owner != default) disk.SetOwner(at, name, owner.UserId, owner.GroupId);
        disk.SetMode(at, name, mode);
    }

    private static void KeepAside(IDisk disk, DirectoryHandle staged, OverrideStat status) =>
        disk.SetXattr(staged, Diff, OverrideStat.Attribute, status.Text(FileKind.Directory));

    private static DirectoryHandle OpenDiff(IDisk disk, DirectoryHandle layer) => disk.Status(layer, Diff) switch
    {
        null => throw Corrupt(layer, Diff),
        { Kind: FileKind.Symlink } => throw new StorageException(
            StorageErrorKind.NotSupported, $"{layer.Path} lies in an additional layer store", layer.Path),
        _ => disk.OpenDirectory(layer, Diff),
    };

    private static LinkId? ReadLink(IDisk disk, DirectoryHandle layer) =>
        SmallFile.Read(disk, layer, Link)?.Trim() is { } text && LinkId.IsPossible(text) ? new LinkId(text) : null;

    /// <summary>
    /// The text of <c>lower</c>, for a child to be built upon. A layer that lost it, as files are lost or emptied by a
    /// power cut, looks like one without a parent, and its child would never know its ancestors: it must have the mark
    /// of those that have none.
    /// </summary>
    private static string RequireLower(IDisk disk, DirectoryHandle layer)
    {
        var lower = SmallFile.Read(disk, layer, Lower)?.Trim() ?? "";
        return lower.Length > 0 || disk.Status(layer, Empty) is not null ? lower : throw Corrupt(layer, Lower);
    }

    private static List<LayerId> ReadLowerLayers(OverlayHome home, DirectoryHandle layer)
    {
        var (ids, links) = (SmallFile.Read(home.Disk, layer, LowerLayers), SmallFile.Read(home.Disk, layer, Lower));
        if (ids is not null && Split(ids) is { Length: > 0 } above)
            return [.. above.Select(id => LayerIn(layer, LowerLayers, id))];
        if (links is not null && Split(links) is { Length: > 0 } linked)
            return [.. linked.Select(link => Resolve(home, layer, link))];
        // Nobody writes an empty file: its bytes are lost, and with them the layers below.
        if (ids is not null || links is not null) throw Corrupt(layer, ids is null ? Lower : LowerLayers);
        return [];
    }

    private static string[] Split(string text) => text.Trim().Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The layer that a link, <c>l/X</c>, leads to: it points to <c>../ID/diff</c>.</summary>
    private static LayerId Resolve(OverlayHome home, DirectoryHandle layer, string link)
    {
        if (!link.StartsWith("l/", StringComparison.Ordinal)) throw Corrupt(layer, Lower);
        var id = new LinkId(link[2..]);
        // The link of a layer lies in the store that the layer lies in.
        var place = home.Places.All.FirstOrDefault(each => home.Disk.Status(each.Directory, id.Path) is not null)
            ?? throw new StorageException(
                StorageErrorKind.Corrupt, $"can't stat (or find?) lower layer \"{link}\" of {layer.Path}", layer.Path);
        var steps = home.Disk.ReadLink(place.Directory, id.Path).Split('/');
        return steps is ["..", _, Diff] ? LayerIn(layer, Lower, steps[1]) : throw Corrupt(layer, Lower);
    }

    private static LayerId LayerIn(DirectoryHandle layer, string name, string id) =>
        RecordId.Fault(id) is null ? LayerId.Recorded(id) : throw Corrupt(layer, name);

    private static StorageException Corrupt(DirectoryHandle layer, string name) => new(
        StorageErrorKind.Corrupt, $"{layer.Path}/{name} is missing or makes no sense", $"{layer.Path}/{name}");
}
