// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;

namespace ActorStorage.Disk;

/// <summary>Renames a staged layer into its place.</summary>
internal sealed class CommitEffect(LayerRoot root, LayerWrite.Commit commit, ILayerBatch batch) : RecordEffect
{
    private IReadOnlyList<Trash> _displaced = [];
    private bool _isTarSplitInPlace;

    public LayerId Layer => commit.Layer.Id;

    public override IEnumerable<Trash> Trash => _displaced;

    public override void Prepare() =>
        batch.Attach(commit.Staged.Content, keepRoot: commit.Staged.IsRootSet);

    public override void Apply()
    {
        if (commit.Staged.TarSplit is not { } tarSplit)
        {
            // What a crash left under that name would be taken for the way back to this layer's archive.
            root.Disk.RemoveFile(root.Directory, TarSplitName);
        }
        else
        {
            root.Disk.Rename(tarSplit.In.Directory, tarSplit.Name, root.Directory, TarSplitName);
            _isTarSplitInPlace = true;
        }
        _displaced = commit.Staged.Content.Show();
    }

    public override void Undo()
    {
        commit.Staged.Content.Hide();
        if (_isTarSplitInPlace && commit.Staged.TarSplit is { } tarSplit)
            root.Disk.Rename(root.Directory, TarSplitName, tarSplit.In.Directory, tarSplit.Name);
    }

    private string TarSplitName => $"{Layer.Value}.tar-split.gz";
}
