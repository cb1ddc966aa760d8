// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>A staged layer of the overlay driver: it becomes visible under its id and, before that, its short
/// name.</summary>
internal sealed class OverlayTree(OverlayDriver driver, Trash place, TreePlan plan, LinkId link)
    : StagedTree(driver.OverlayHome.Disk, driver, place, plan)
{
    private readonly LayerPlace _home = driver.Places.For(plan);
    private bool _isLinked;

    public override DirectoryHandle OpenContent()
    {
        using var tree = Open();
        return Disk.OpenDirectory(tree, LayerDirectory.Diff);
    }

    public override LayerContent Content() => new(
        OverlayMount.OwnDirectories(Disk, _home, Place.InHome),
        Plan.Parent is { } parent ? ContentOf(driver, parent) : []);

    /// <summary>Everything that a layer on this one sees, the topmost first.</summary>
    /// <exception cref="StorageException">ParentUnknown; Corrupt.</exception>
    internal static IReadOnlyList<string> ContentOf(OverlayDriver driver, TreeParent parent)
    {
        if (parent.Staged is null && driver.Places.Find(parent.Id) is null)
            throw new StorageException(StorageErrorKind.ParentUnknown, "layer not known");
        var content = parent.Staged is { } staged ? staged.Content() : driver.Content(parent.Id);
        return [.. content.Own, .. content.Below];
    }

    internal DirectoryHandle Open() => Disk.OpenDirectory(Place.In.Directory, Place.Name);

    protected override void AddNames()
    {
        // Both names below the one handle of the home: a mount that somebody makes or takes away there cannot part
        // them.
        using var tree = Disk.OpenDirectory(_home.Directory, driver.PathInHome(Layer));
        LayerDirectory.AddLink(Disk, _home.Directory, tree, link);
        _isLinked = true;
    }

    protected override void RemoveNames()
    {
        if (_isLinked) LayerDirectory.RemoveLink(Disk, _home.Directory, link);
        _isLinked = false;
    }
}

/// <summary>The parents that a batch needs, visible ones and those that the batch itself makes visible.</summary>
internal sealed class OverlayBatch(OverlayDriver driver) : ILayerBatch
{
    private readonly OverlayHome _home = driver.OverlayHome;
    private readonly Dictionary<LayerId, ParentLayer> _known = [];

    public void Attach(StagedTree tree, bool keepRoot)
    {
        tree.RequireOrigin(driver);
        using var directory = ((OverlayTree)tree).Open();
        if (tree.Plan.Parent is { } parent)
        {
            var isMasked = _home.Options.ForceMask is not null;
            LayerDirectory.SetParent(
                _home.Disk, directory, parent.Id, Inherited(tree.Plan, isMasked), inheritRoot: !keepRoot && !isMasked,
                sync: tree.IsFlushed);
            if (isMasked && !keepRoot && !tree.Plan.ChangesOwners)
                LayerDirectory.InheritAside(_home.Disk, directory, Get(parent.Id));
        }
        _known[tree.Layer] = LayerDirectory.Describe(_home, directory);
    }

    /// <summary>The parent, but for the owner of the root when the layer's files have other owners, or none of their
    /// own.</summary>
    private ParentLayer Inherited(TreePlan plan, bool isMasked)
    {
        var parent = Get(plan.Parent!.Id);
        if (!plan.ChangesOwners && !isMasked) return parent;
        var (userId, groupId) = plan.Maps.RootOnHost;
        return parent with { UserId = userId, GroupId = groupId };
    }

    private ParentLayer Get(LayerId id)
    {
        if (!_known.TryGetValue(id, out var parent)) _known.Add(id, parent = LayerDirectory.ReadParent(_home, id));
        return parent;
    }
}
