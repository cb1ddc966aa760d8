// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Drivers;

/// <summary>
/// A layer's directory that nobody sees yet, carrying the mark of <see cref="ILayerDriver.Marked"/>. It becomes visible
/// by one rename.
/// </summary>
public abstract class StagedTree
{
    private readonly LayerPlaces _places;
    private readonly DirectoryHandle _home;
    private readonly string _pathInHome;
    private bool _isShown;

    protected StagedTree(IDisk disk, ILayerDriver driver, Trash place, TreePlan plan)
    {
        (Disk, Place, Plan) = (disk, place, plan);
        _places = driver.Places;
        (_home, _pathInHome) = (_places.For(plan).Directory, driver.PathInHome(plan.Layer));
    }

    /// <summary>What it was made from.</summary>
    public TreePlan Plan { get; }

    public LayerId Layer => Plan.Layer;

    /// <summary>Whether its files are on the medium, and what is written to it afterwards has to get there, too.
    /// </summary>
    public bool IsFlushed { get; internal set; }

    /// <summary>Where it lies until it is shown, and after it was hidden.</summary>
    public Trash Place { get; }

    /// <summary>
    /// The parent's directory, if files were taken from it. As long as it is open, no other directory can be mistaken
    /// for it.
    /// </summary>
    public DirectoryHandle? Origin { private get; init; }

    protected IDisk Disk { get; }

    /// <summary>Where the layer's archive is to be unpacked.</summary>
    public abstract DirectoryHandle OpenContent();

    /// <summary>Where the layer's files are while it is staged, for one that is put on it.</summary>
    public abstract LayerContent Content();

    /// <summary>Makes it visible. The caller holds layers.lock, and attached it before.</summary>
    /// <returns>What stood in its place: left by a crash, because no index names it. To be removed.</returns>
    public IReadOnlyList<Trash> Show(StagingArea area)
    {
        var displaced = Displace(area);
        Disk.Rename(_home, Place.InHome, _home, _pathInHome);
        _isShown = true;
        // After the tree, which has a mark: a crash in between leaves no name that leads nowhere.
        AddNames();
        Release();
        return displaced;
    }

    /// <summary>It is not going to be shown: only its files are left, which are the caller's to remove.</summary>
    public void Release() => Origin?.Dispose();

    /// <summary>
    /// Files were taken from the parent without a lock: it must not have been deleted meanwhile, nor made anew under
    /// the same id, because nobody knows which of its files were gone already. The caller holds layers.lock.
    /// </summary>
    /// <exception cref="StorageException">ParentUnknown.</exception>
    internal void RequireOrigin(ILayerDriver driver)
    {
        if (Origin is not { IsClosed: false } origin) return;
        var parent = Plan.Parent!.Id;
        var then = Disk.Status(origin);
        var now = driver.Places.Find(parent) is { } place
            ? Disk.Status(place.Directory, driver.PathInHome(parent))
            : null;
        if (now is not null && (now.Device, now.Inode) == (then.Device, then.Inode)) return;
        throw new StorageException(
            StorageErrorKind.ParentUnknown, $"layer {parent} was deleted while layer {Layer} was made from it");
    }

    /// <summary>Undoes what was done of <see cref="Show"/>; the caller still holds layers.lock.</summary>
    public void Hide()
    {
        RemoveNames();
        if (_isShown) Disk.Rename(_home, _pathInHome, _home, Place.InHome);
        _isShown = false;
    }

    /// <summary>Makes it known under names besides its directory's, where it is by now.</summary>
    protected virtual void AddNames()
    {
    }

    /// <summary>Those that were added.</summary>
    protected virtual void RemoveNames()
    {
    }

    /// <summary>In every home: one that is looked in first would hide the layer.</summary>
    private List<Trash> Displace(StagingArea area)
    {
        var displaced = new List<Trash>();
        foreach (var place in _places.Writable)
        {
            if (Disk.Status(place.Directory, _pathInHome) is null) continue;
            var temp = area.TreesOf(place);
            var trash = new Trash(temp, temp.NextName(Layer.Value));
            Disk.Rename(place.Directory, _pathInHome, place.Directory, trash.InHome);
            displaced.Add(trash);
        }
        return displaced;
    }
}
