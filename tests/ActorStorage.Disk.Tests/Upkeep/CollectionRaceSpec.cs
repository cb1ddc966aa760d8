// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Tests.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>Collecting and checking while others, of both kinds, make layers.</summary>
public sealed class CollectionRaceSpec : IDisposable
{
    private const int LayersEach = 12;
    private static readonly TimeSpan LockWaitMax = TimeSpan.FromMinutes(2);
    private readonly UpkeepRoot _root = new();

    public void Dispose() => _root.Dispose();

    [SkippableFact]
    public async Task Should_remove_nothing_that_is_needed_while_layers_are_made()
    {
        var first = _root.Import(Archive(0));
        var theirs = OnThread(() =>
        {
            LayerId parent = first;
            for (var i = 0; i < LayersEach; i++) parent = _root.Import(Archive(i), parent);
        });
        var ours = OnThread(() => Commit(first));
        var collections = 0;
        var findings = new List<string>();

        while (!theirs.IsCompleted || !ours.IsCompleted)
        {
            _root.Collect();
            findings.AddRange(UpkeepRoot.Lines(_root.Check()));
            collections++;
        }

        await Task.WhenAll(theirs, ours);
        Assert.True(collections > 1, "everything was over at once");
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.Equal(1 + 2 * LayersEach, _root.Records().Layers.Count);
        Assert.Equal([], UpkeepRoot.Lines(_root.Check()));
        Assert.Equal([], _root.GoCheck());
    }

    [SkippableFact]
    public async Task Should_find_nothing_while_layers_are_deleted()
    {
        var layers = Enumerable.Range(0, LayersEach).Select(i => _root.Import(Archive(i))).ToList();
        var deletions = OnThread(() => layers.ForEach(layer => _root.Go("delete-layer", layer.Value)));
        var findings = new List<string>();

        while (!deletions.IsCompleted)
        {
            // Old enough to meet those that go at this moment.
            var records = _root.Records();
            findings.AddRange(UpkeepRoot.Lines(_root.Check(records: records)));
        }

        await deletions;
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    private void Commit(LayerId first)
    {
        var disk = UpkeepRoot.Disk;
        using var driver = _root.OpenDriver();
        using var area = new StagingArea(disk, _root.Paths);
        using var root = new LayerRoot(disk, _root.Paths, driver, area, TimeProvider.System);
        var parent = first;
        for (var i = 0; i < LayersEach; i++)
        {
            var layer = new NewLayer { Id = LayerId.Random(), Parent = parent.Value };
            parent = Commit(root, layer, Archive(i), parent);
        }
    }

    private static LayerId Commit(LayerRoot root, NewLayer layer, TestArchive archive, LayerId parent)
    {
        var blob = new LayerBlob("archive", () => new MemoryStream(archive.ToArray()), null);
        var task = new StagingTask(
            layer, blob, new TreeParent(parent, IdMaps.None), IdMaps.None, FlushMode.None, null);
        var staged = LayerStaging.Run(root.Disk, root.Driver, root.Area, task, CancellationToken.None);
        LayerCommitResult result;
        using (var held = LockWait.Acquire(root.Paths.LayersLock, LockMode.Exclusive, LockWaitMax))
        {
            root.Refresh(held, LockMode.Exclusive);
            result = LayerCommit.Run(root, held, [new LayerWrite.Commit(staged, layer, parent, false)]);
        }
        Assert.Null(result.Outcomes[0].Error);
        LayerCommit.RemoveMarks(root, result.Committed);
        foreach (var item in result.Trash) item.Remove(root.Disk);
        return layer.Id;
    }

    private static TestArchive Archive(int number) =>
        new TestArchive().Directory("d/").File($"d/{number}", new string('x', 100_000)).File("top", $"{number}");

    private static Task OnThread(Action work)
    {
        var ended = new TaskCompletionSource();
        new Thread(() =>
        {
            try
            {
                work();
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
        }).Start();
        return ended.Task;
    }
}
