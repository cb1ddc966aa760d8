// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
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
    public static LayerEffect? Of(LayerRoot root, LayerWrite write, LayerRecord layer, ILayerBatch batch) =>
        write switch
        {
            LayerWrite.Commit commit => new CommitEffect(root, commit, batch),
            LayerWrite.SetBigData set => new BigDataEffect(root, layer.Id, set),
            _ => null,
        };
}

/// <summary>Renames a staged layer into its place.</summary>
internal sealed class CommitEffect(LayerRoot root, LayerWrite.Commit commit, ILayerBatch batch) : LayerEffect(root)
{
    private IReadOnlyList<Trash> _displaced = [];
    private bool _isTarSplitInPlace;

    public LayerId Layer => commit.Layer.Id;

    public override IEnumerable<Trash> Trash => _displaced;

    public override void Prepare() =>
        batch.Attach(commit.Staged.Content, commit.Parent, keepRoot: commit.Staged.IsRootSet);

    public override void Apply()
    {
        if (commit.Staged.TarSplit is not { } tarSplit)
        {
            // What a crash left under that name would be taken for the way back to this layer's archive.
            Root.Disk.RemoveFile(Root.Directory, TarSplitName);
        }
        else
        {
            Root.Disk.Rename(tarSplit.In.Directory, tarSplit.Name, Root.Directory, TarSplitName);
            _isTarSplitInPlace = true;
        }
        _displaced = commit.Staged.Content.Show();
    }

    public override void Undo()
    {
        commit.Staged.Content.Hide();
        if (_isTarSplitInPlace && commit.Staged.TarSplit is { } tarSplit)
            Root.Disk.Rename(Root.Directory, TarSplitName, tarSplit.In.Directory, tarSplit.Name);
    }

    private string TarSplitName => $"{Layer.Value}.tar-split.gz";
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
