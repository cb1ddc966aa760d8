// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>Each layer is what it adds to those below it; the kernel shows them as one tree.</summary>
public sealed class OverlayDriver(OverlayHome home) : ILayerDriver
{
    private const string UncommittedMark = "uncommitted";       // a file beside the layer's tree
    private const uint PrivateDirectory = 0x1c0;                // 0700
    private const uint PrivateFile = 0x180;                     // 0600
    private readonly IDisk _disk = home.Disk;

    public string Name => home.Paths.Driver;

    public DirectoryHandle Home => home.Directory;

    public LayerPlaces Places => home.Places;

    public DriverOptions Options => home.Options;

    public bool CopiesParent => false;

    public bool KeepsChangesApart => !References.AreMade;

    internal OverlayHome OverlayHome => home;

    internal OverlayReferences References { get; } = OverlayReferences.Of(home.Options.MountOptions);

    public IReadOnlyList<KeyValuePair<string, string>> Status(string fileSystem) =>
    [
        // The Go tools call the ext family by its oldest name.
        new("Backing Filesystem", fileSystem is "ext2" or "ext3" or "ext4" ? "extfs" : fileSystem),
        new("Supports d_type", "true"),
        new("Native Overlay Diff", KeepsChangesApart ? "true" : "false"),
        new("Using metacopy", References.MetadataOnly ? "true" : "false"),
        new("Supports shifting", "false"),
        new("Supports volatile", "true"),
    ];

    public void EnsureHomeMounted() => home.EnsureHomeMounted();

    public void UnmountHome() => home.UnmountHome();

    public string PathInHome(LayerId layer) => layer.DirectoryName;

    public string ContentPath(LayerId layer) =>
        $"{(Places.Find(layer) ?? Places.GraphRoot).Path}/{layer.DirectoryName}/{LayerDirectory.Diff}";

    public IReadOnlyList<LayerId> List() => List(Places.GraphRoot);

    public LayerContent Content(LayerId layer) => OverlayMount.Content(home, layer);

    public DirectoryHandle OpenView(LayerId layer, TempDirectory scratch) =>
        OverlayView.Open(home, Content(layer), References.MountOptions, scratch);

    public StagedTree Stage(Trash place, TreePlan plan, CancellationToken cancellation)
    {
        _disk.MakeDirectory(place.In.Directory, place.Name, PrivateDirectory);
        using var directory = _disk.OpenDirectory(place.In.Directory, place.Name);
        var link = LayerDirectory.Prepare(
            _disk, directory, plan.Layer, plan.Parent is not null, plan.Maps.RootOnHost,
            Options.ForceMask);
        _disk.CreateFile(directory, UncommittedMark, PrivateFile).Dispose();
        if (!plan.ChangesOwners) return new OverlayTree(this, place, plan, link);
        // Before anything is read: what is changed here must be the parent that is there at the commit.
        var origin = plan.Parent is { Staged: null } parent ? LayerDirectory.OpenLayer(home, parent.Id) : null;
        try
        {
            OverlayOwners.Change(this, place, directory, plan, cancellation);
        }
        catch
        {
            origin?.Dispose();
            throw;
        }
        return new OverlayTree(this, place, plan, link) { Origin = origin };
    }

    public ILayerBatch BeginBatch() => new OverlayBatch(this);

    public IReadOnlyList<LayerId> Marked()
    {
        var marked = new List<LayerId>();
        foreach (var place in Places.Writable)
        {
            foreach (var layer in List(place))
            {
                var mark = $"{layer.DirectoryName}/{UncommittedMark}";
                if (_disk.Status(place.Directory, mark) is not null) marked.Add(layer);
            }
        }
        return marked;
    }

    public void RemoveMark(LayerId layer)
    {
        foreach (var place in Places.Writable)
            _disk.RemoveFile(place.Directory, $"{layer.DirectoryName}/{UncommittedMark}");
    }

    public IReadOnlyList<Trash> Discard(LayerId layer, StagingArea area)
    {
        if (Places.FindWritable(layer) is not { } place) return [];
        OverlayMount.Detach(home, layer, place);
        if (LayerDirectory.ReadLink(home, layer) is { } link)
            LayerDirectory.RemoveLink(_disk, place.Directory, link);
        var temp = area.TreesOf(place);
        var tree = new Trash(temp, temp.NextName(layer.DirectoryName));
        _disk.Rename(place.Directory, layer.DirectoryName, place.Directory, tree.InHome);
        return [tree];
    }

    public IReadOnlyList<Trash> DiscardDanglingNames(StagingArea area, int countMax) =>
    [
        .. Places.Writable
            .SelectMany(place => DanglingLinks.In(_disk, place.Directory).Select(link => (place, link)))
            .Take(countMax)
            .ToList()
            .Select(each => Discard(each.place, each.link, area)),
    ];

    public string Mount(LayerId layer, MountRequest request) => OverlayMount.Mount(home, layer, request);

    public void Unmount(LayerId layer) => OverlayMount.Unmount(home, layer);

    // The mount point beside the layer's tree comes and goes with the mount.
    public FileTime? TouchedAt(LayerId layer)
    {
        foreach (var place in Places.Writable)
        {
            if (_disk.Status(place.Directory, layer.DirectoryName) is { } status) return status.ModifiedAt;
        }
        return null;
    }

    public void Dispose() => home.Dispose();

    private Trash Discard(LayerPlace place, LinkId link, StagingArea area)
    {
        var temp = area.TreesOf(place);
        var trash = new Trash(temp, temp.NextName(link.Value));
        _disk.Rename(place.Directory, link.Path, place.Directory, trash.InHome);
        return trash;
    }

    // At every start: loops, because the framework's queries over our values would be compiled each time.
    public IReadOnlyList<LayerId> List(LayerPlace place)
    {
        var names = new List<string>();
        foreach (var name in _disk.List(place.Directory))
        {
            if (name is "l" or "tempdirs" or "staging" || RecordId.Fault(name) is not null) continue;
            if (_disk.Status(place.Directory, name) is { IsDirectory: true }) names.Add(name);
        }
        names.Sort(StringComparer.Ordinal);
        var layers = new LayerId[names.Count];
        for (var i = 0; i < layers.Length; i++) layers[i] = LayerId.Recorded(names[i]);
        return layers;
    }
}
