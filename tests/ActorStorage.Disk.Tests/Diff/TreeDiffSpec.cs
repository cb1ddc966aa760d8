// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Diff;

/// <summary>Layers that hold their whole tree, compared with what the other engine makes of them.</summary>
public sealed class TreeDiffSpec : IClassFixture<TreeDiffSpec.SharedLayers>
{
    private static readonly LinuxDisk Disk = new();
    private static readonly DateTimeOffset DeletedAt = DateTimeOffset.UnixEpoch.AddDays(1);
    private readonly SharedLayers _shared;

    public TreeDiffSpec(SharedLayers shared) => _shared = shared;

    public static TheoryData<string> Layers => new(EditedLayers.Names);

    [SkippableTheory]
    [MemberData(nameof(Layers))]
    public void Should_write_the_members_that_the_go_engine_writes(string layer)
    {
        GoEngine.SkipIfMissing();
        var theirs = _shared.Layers.Diff(layer);
        using var sides = new Sides(_shared.Layers.Engine, layer);
        var output = new MemoryStream();

        TreeDiff.Run(Disk, sides.Old, sides.Now, output, DeletedAt, CancellationToken.None);

        Assert.Equal(Members(theirs), Members(output.ToArray()));
    }

    [SkippableTheory]
    [MemberData(nameof(Layers))]
    public void Should_list_the_changes_that_the_go_engine_lists(string layer)
    {
        GoEngine.SkipIfMissing();
        var theirs = GoChanges.Parse(_shared.Layers.Lines("changes", "-j", layer));
        using var sides = new Sides(_shared.Layers.Engine, layer);

        var changes = TreeChanges.Find(Disk, sides.Old, sides.Now, CancellationToken.None);

        Assert.Equal(theirs, GoChanges.Of(changes));
        Assert.Equal(changes.OrderBy(each => each.Path, NameOrder.Instance), changes);
    }

    [SkippableTheory]
    [MemberData(nameof(Layers))]
    public void Should_sum_up_as_the_go_engine_does(string layer)
    {
        GoEngine.SkipIfMissing();
        using var sides = new Sides(_shared.Layers.Engine, layer);
        var changes = TreeChanges.Find(Disk, sides.Old, sides.Now, CancellationToken.None);

        var sizeBytes = DiffSize.OfChanges(Disk, sides.Now.Root, changes, CancellationToken.None);

        Assert.Equal(_shared.Layers.Lines("diffsize", layer)[0], $"{sizeBytes}");
    }

    /// <summary>Of what was deleted, the other engine writes the time of writing.</summary>
    private static IEnumerable<string> Members(byte[] archive) => TarMembers.Of(archive).Select(
        line => line.Contains("/.wh.", StringComparison.Ordinal) || line.StartsWith(".wh.", StringComparison.Ordinal)
            ? line.Split(' ')[0]
            : line);

    private sealed class Sides : IDisposable
    {
        internal Sides(GoEngine engine, string layer)
        {
            Now = new TreeSide(Disk.OpenDirectory(engine.Content(layer)), IdMaps.None);
            if (EditedLayers.Parent(layer) is { } parent)
                Old = new TreeSide(Disk.OpenDirectory(engine.Content(parent)), IdMaps.None);
        }

        internal TreeSide Now { get; }

        internal TreeSide? Old { get; }

        public void Dispose()
        {
            Now.Root.Dispose();
            Old?.Root.Dispose();
        }
    }

    public sealed class SharedLayers : IDisposable
    {
        private readonly Lazy<EditedLayers> _layers = new(() => new EditedLayers("vfs"));

        internal EditedLayers Layers => _layers.Value;

        public void Dispose()
        {
            if (_layers.IsValueCreated) _layers.Value.Dispose();
        }
    }
}
