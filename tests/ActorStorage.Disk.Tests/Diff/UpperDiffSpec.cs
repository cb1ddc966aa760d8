// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Diff;

/// <summary>Overlay layers, compared with what the other engine makes of them.</summary>
public sealed class UpperDiffSpec : IClassFixture<UpperDiffSpec.SharedLayers>
{
    private static readonly LinuxDisk Disk = new();
    private readonly SharedLayers _shared;

    public UpperDiffSpec(SharedLayers shared) => _shared = shared;

    public static TheoryData<string> Layers => new(EditedLayers.Names);

    [SkippableTheory]
    [MemberData(nameof(Layers))]
    public void Should_write_the_bytes_that_the_go_engine_writes(string layer)
    {
        GoEngine.SkipIfMissing();
        var theirs = _shared.Layers.Diff(layer);
        using var stack = new Stack(_shared.Layers.Engine, layer);
        var output = new MemoryStream();

        var report = UpperDiff.Run(
            Disk, stack.Upper, stack.Lowers, IdMaps.None, output, CancellationToken.None);

        Assert.Equal(TarMembers.Of(theirs), TarMembers.Of(output.ToArray()));
        Assert.True(theirs.AsSpan().SequenceEqual(output.ToArray()), "the same members, but not the same bytes");
        Assert.Empty(report.Unmapped);
    }

    [SkippableTheory]
    [MemberData(nameof(Layers))]
    public void Should_list_the_changes_that_the_go_engine_lists(string layer)
    {
        GoEngine.SkipIfMissing();
        var theirs = GoChanges.Parse(_shared.Layers.Lines("changes", "-j", layer));
        using var stack = new Stack(_shared.Layers.Engine, layer);

        var changes = UpperChanges.Run(Disk, stack.Upper, stack.Lowers, CancellationToken.None);

        Assert.Equal(theirs, GoChanges.Of(changes));
    }

    [SkippableTheory]
    [MemberData(nameof(Layers))]
    public void Should_sum_up_as_the_go_engine_does(string layer)
    {
        GoEngine.SkipIfMissing();
        using var stack = new Stack(_shared.Layers.Engine, layer);

        var sizeBytes = DiffSize.OfTree(Disk, stack.Upper, CancellationToken.None);

        Assert.Equal(_shared.Layers.Lines("diffsize", layer)[0], $"{sizeBytes}");
    }

    internal sealed class Stack : IDisposable
    {
        internal Stack(GoEngine engine, string layer)
        {
            Upper = Disk.OpenDirectory(engine.Content(layer));
            for (var parent = EditedLayers.Parent(layer); parent is not null; parent = EditedLayers.Parent(parent))
                Lowers.Add(Disk.OpenDirectory(engine.Content(parent)));
        }

        internal DirectoryHandle Upper { get; }

        internal List<DirectoryHandle> Lowers { get; } = [];

        public void Dispose()
        {
            Upper.Dispose();
            foreach (var lower in Lowers) lower.Dispose();
        }
    }

    public sealed class SharedLayers : IDisposable
    {
        private readonly Lazy<EditedLayers> _layers = new(() => new EditedLayers("overlay"));

        internal EditedLayers Layers => _layers.Value;

        public void Dispose()
        {
            if (_layers.IsValueCreated) _layers.Value.Dispose();
        }
    }
}
