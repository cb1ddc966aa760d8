// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;

namespace ActorStorage.Disk;

/// <summary>Renames a staged layer into its place.</summary>
internal sealed class CommitEffect(LayerRoot root, LayerWrite.Commit commit, ILayerBatch batch) : RecordEffect
{
    // A layer without a tar-split has none, whatever a crash left under that name.
    private readonly TarSplitEffect _tarSplit = new(root, commit.Layer.Id, commit.Staged.TarSplit);
    private IReadOnlyList<Trash> _displaced = [];

    public LayerId Layer => commit.Layer.Id;

    public override IEnumerable<Trash> Trash => [.. _displaced, .. _tarSplit.Trash];

    public override void Prepare() => batch.Attach(commit.Staged.Content, keepRoot: commit.Staged.IsRootSet);

    public override void Apply()
    {
        // The tree first, for it has the mark by which recovery finds everything of the layer.
        _displaced = commit.Staged.Content.Show(root.Area);
        _tarSplit.Apply();
    }

    public override void Undo()
    {
        _tarSplit.Undo();
        commit.Staged.Content.Hide();
    }
}

/// <summary>Puts a tar-split file, or none, in the place of what a layer had.</summary>
internal sealed class TarSplitEffect(LayerRoot root, LayerId layer, Trash? tarSplit) : RecordEffect
{
    private readonly string _name = layer.TarSplitName;
    private Trash? _replaced;
    private bool _isInPlace;

    public override IEnumerable<Trash> Trash => _replaced is null ? [] : [_replaced];

    public override void Prepare()
    {
    }

    public override void Apply()
    {
        if (root.Disk.Status(root.Directory, _name) is not null)
        {
            _replaced = new Trash(root.Area.Files, root.Area.Files.NextName(_name));
            root.Disk.Rename(root.Directory, _name, _replaced.In.Directory, _replaced.Name);
        }
        if (tarSplit is null) return;
        root.Disk.Rename(tarSplit.In.Directory, tarSplit.Name, root.Directory, _name);
        _isInPlace = true;
    }

    public override void Undo()
    {
        if (_isInPlace) root.Disk.Rename(root.Directory, _name, tarSplit!.In.Directory, tarSplit.Name);
        if (_replaced is { } old) root.Disk.Rename(old.In.Directory, old.Name, root.Directory, _name);
        (_replaced, _isInPlace) = (null, false);
    }
}
