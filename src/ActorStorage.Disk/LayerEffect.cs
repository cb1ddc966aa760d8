// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// What a write does to files other than the index: prepared where nobody sees it, applied by renames, undone if the
/// index is not written after all.
/// </summary>
internal abstract class LayerEffect(LayerRoot root)
{
    protected LayerRoot Root { get; } = root;

    /// <summary>To be removed when the lock is gone.</summary>
    public virtual IEnumerable<Trash> Trash => [];

    /// <summary>What can run out of space or fail otherwise belongs here: only this one write is refused
    /// then.</summary>
    public abstract void Prepare();

    public abstract void Apply();

    /// <summary>Called whether or not it was applied; must not throw for what is not there.</summary>
    public abstract void Undo();

    /// <summary>Null for a write that changes the index only.</summary>
    public static LayerEffect? Of(LayerRoot root, LayerWrite write, LayerRecord layer, ParentLayers parents) =>
        write switch
        {
            LayerWrite.Commit commit => new CommitEffect(root, commit, parents),
            LayerWrite.SetBigData set => new BigDataEffect(root, layer.Id, set),
            _ => null,
        };
}

/// <summary>Renames a staged layer into its place.</summary>
internal sealed class CommitEffect(LayerRoot root, LayerWrite.Commit commit, ParentLayers parents) : LayerEffect(root)
{
    private readonly List<Trash> _displaced = [];
    private bool _isTarSplitInPlace;
    private bool _isTreeInPlace;
    private bool _isLinked;

    public LayerId Layer => commit.Layer.Id;

    public override IEnumerable<Trash> Trash => _displaced;

    public override void Prepare()
    {
        var staged = commit.Staged;
        using var tree = Root.Disk.OpenDirectory(staged.Tree.In.Directory, staged.Tree.Name);
        if (commit.Parent is { } parent)
            LayerDirectory.SetParent(Root.Disk, tree, parent, parents.Get(parent), inheritRoot: !staged.IsRootSet);
        parents.Add(Layer, LayerDirectory.Describe(Root.Home, tree));
    }

    public override void Apply()
    {
        var (disk, home) = (Root.Disk, Root.Home);
        if (commit.Staged.TarSplit is not { } tarSplit)
        {
            // What a crash left under that name would be taken for the way back to this layer's archive.
            disk.RemoveFile(Root.Directory, TarSplitName);
        }
        else
        {
            disk.Rename(tarSplit.In.Directory, tarSplit.Name, Root.Directory, TarSplitName);
            _isTarSplitInPlace = true;
        }
        Displace();
        // Both names below the one handle of the home: a mount that somebody makes or takes away there cannot part
        // them.
        using (var tree = disk.OpenDirectory(home.Directory, commit.Staged.Tree.InHome))
            LayerDirectory.AddLink(home, tree, commit.Staged.Link);
        _isLinked = true;
        disk.Rename(home.Directory, commit.Staged.Tree.InHome, home.Directory, Layer.Value);
        _isTreeInPlace = true;
    }

    public override void Undo()
    {
        var (disk, home) = (Root.Disk, Root.Home);
        if (_isLinked) LayerDirectory.RemoveLink(home, commit.Staged.Link);
        if (_isTreeInPlace) disk.Rename(home.Directory, Layer.Value, home.Directory, commit.Staged.Tree.InHome);
        if (_isTarSplitInPlace && commit.Staged.TarSplit is { } tarSplit)
            disk.Rename(Root.Directory, TarSplitName, tarSplit.In.Directory, tarSplit.Name);
    }

    private string TarSplitName => $"{Layer.Value}.tar-split.gz";

    /// <summary>A directory of that name that no index names is what a crash left: it makes room.</summary>
    private void Displace()
    {
        var (disk, home) = (Root.Disk, Root.Home);
        if (disk.Status(home.Directory, Layer.Value) is null) return;
        var trees = commit.Staged.Tree.In;
        var trash = new Trash(trees, trees.NextName(Layer.Value));
        disk.Rename(home.Directory, Layer.Value, home.Directory, trash.InHome);
        _displaced.Add(trash);
    }
}

/// <summary>Replaces one item of a layer's big data.</summary>
internal sealed class BigDataEffect(LayerRoot root, LayerId layer, LayerWrite.SetBigData write) : LayerEffect(root)
{
    private const uint PrivateDirectory = 0x1c0;    // 0700
    private DirectoryHandle? _directory;
    private PreparedDocument? _prepared;

    public override void Prepare()
    {
        var name = BigDataFile.Name(write.Key);
        if (Root.Disk.Status(Root.Directory, layer.Value) is null)
            Root.Disk.MakeDirectory(Root.Directory, layer.Value, PrivateDirectory);
        _directory = Root.Disk.OpenDirectory(Root.Directory, layer.Value);
        _prepared = PreparedDocument.Prepare(Root.Disk, _directory, name, write.Value.Span, sync: true);
    }

    public override void Apply()
    {
        _prepared!.Publish();
        _directory!.Dispose();
    }

    public override void Undo()
    {
        _prepared?.Dispose();
        _directory?.Dispose();
    }
}

/// <summary>The parents that a batch needs, visible ones and those that the batch itself makes visible.</summary>
internal sealed class ParentLayers(OverlayHome home)
{
    private readonly Dictionary<LayerId, ParentLayer> _known = [];

    public ParentLayer Get(LayerId id)
    {
        if (!_known.TryGetValue(id, out var parent)) _known.Add(id, parent = LayerDirectory.ReadParent(home, id));
        return parent;
    }

    public void Add(LayerId id, ParentLayer layer) => _known[id] = layer;
}
