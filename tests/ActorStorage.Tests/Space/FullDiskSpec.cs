// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using ActorStorage.Cli.Tests.Archives;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Tests.Staging;

namespace ActorStorage.Tests.Space;

/// <summary>A file system that is really full in the middle of a layer.</summary>
public sealed class FullDiskSpec : IAsyncLifetime
{
    private const long FileSystemBytes = 16 << 20;
    private const int TooManyBytes = 30 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly EngineRoot _engine = new();

    public async Task InitializeAsync()
    {
        var image = _engine.Root.File("disk.img");
        await using (var file = File.Create(image)) file.SetLength(FileSystemBytes);
        Directory.CreateDirectory(_engine.Root.Graph);
        (await Command.RunAsync("mkfs.ext4", "-q", image)).Succeeded();
        (await Command.RunAsync("mount", "-o", "loop", image, _engine.Root.Graph)).Succeeded();
        Directory.Delete(Path.Combine(_engine.Root.Graph, "lost+found"));
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Theory]
    [InlineData(1, TooManyBytes)]       // in the middle of a large file
    [InlineData(7500, 4096)]            // among small ones, in blocks or in inodes
    public async Task Should_fail_the_one_layer_and_leave_nothing_of_it(int files, int bytes)
    {
        var client = await _engine.StartAsync();
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "before"));
        var other = new GatedBlob(LayerArchive.Small(2).Bytes);
        var beside = client.PutLayerAsync(other.Put("beside"));
        await other.Reached;
        var free = new DriveInfo(_engine.Root.Graph).AvailableFreeSpace;

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("large") },
            new LayerBlob("large.tar", () => Archive(files, bytes)))).WaitAsync(Patience));

        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
        Assert.InRange(new DriveInfo(_engine.Root.Graph).AvailableFreeSpace, free - 65_536, long.MaxValue);
        other.Open();
        await beside.WaitAsync(Patience);
        await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(3), "after", "beside")).WaitAsync(Patience);
        Assert.Equal(
            ["after", "before", "beside"], (await client.ListLayersAsync()).Select(layer => layer.Id.Value).Order());
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Equal(["after", "before", "beside"], _engine.Root.LayerDirectories());
    }

    private static MemoryStream Archive(int files, int bytes)
    {
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            for (var i = 0; i < files; i++)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"file-{i}")
                {
                    DataStream = new MemoryStream(content),
                });
            }
        }
        archive.Position = 0;
        return archive;
    }
}
