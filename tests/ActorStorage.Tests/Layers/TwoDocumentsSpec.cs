// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Layers;

/// <summary>A batch that changes two documents, of which only one can be replaced.</summary>
public sealed class TwoDocumentsSpec : IAsyncLifetime
{
    private readonly FaultyDisk _disk = new();
    private readonly StorageRoot _storage = new("vfs");

    private StoragePaths Paths => new(_storage.Graph, _storage.Run, "vfs") { ImageStore = _storage.File("images") };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Theory]
    [InlineData(1, null, null)]
    [InlineData(2, "image", null)]
    [InlineData(3, "image", "own")]
    public void Should_keep_what_the_documents_name_that_were_replaced(int refusedRename, params string?[] kept)
    {
        using var area = new StagingArea(_disk, Paths);
        Directory.CreateDirectory(Paths.GraphRoot);
        var driver = LayerDriver.Open(_disk, Paths, LayerDriver.Parse(Paths, []));
        using var root = new LayerRoot(_disk, Paths, driver, area, TimeProvider.System);
        LayerWrite[] writes = [Staged("image", writeable: false), Staged("own", writeable: true)];
        var renames = 0;
        _disk.BeforeRename = (_, to) =>
        {
            if (to == "layers.json" && ++renames == refusedRename)
                throw new StorageException(StorageErrorKind.NoSpace, "the disk is full");
        };

        using var held = FileLock.OpenChain(Paths.LayersLock, Paths.ImageStoreLayersLock);
        held.Acquire(LockMode.Exclusive);
        root.Refresh(held, LockMode.Exclusive);
        var outcomes = LayerCommit.Run(root, held, writes).Outcomes;

        Assert.Equal(kept, outcomes.Select(outcome => outcome.Record?.Id.Value));
        root.Refresh(held, LockMode.Exclusive);
        Assert.Equal(
            kept.OfType<string>().Order(), root.Index.Layers.Select(layer => layer.Id.Value).Order());
        Assert.Equal(kept[0] is not null, Directory.Exists($"{Paths.ImageStore}/vfs/dir/image"));
        Assert.Equal(kept[1] is not null, Directory.Exists($"{Paths.GraphRoot}/vfs/dir/own"));

        LayerWrite.Commit Staged(string id, bool writeable)
        {
            var layer = new NewLayer { Id = new LayerId(id), Writeable = writeable };
            var task = new StagingTask(layer, Blob: null, null, IdMaps.None, FlushMode.None, Progress: null);
            var staged = LayerStaging.Run(_disk, driver, area, task, CancellationToken.None);
            return new LayerWrite.Commit(staged, layer, null, AcceptExisting: false);
        }
    }
}
