// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Staging;

namespace ActorStorage.Tests.Space;

/// <summary>A file system that is really full in the middle of a layer.</summary>
public sealed class FullDiskSpec : IAsyncLifetime
{
    private const long FileSystemBytes = 16 << 20;
    private const int TooManyBytes = 30 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly EngineRoot _engine = new();

    public Task InitializeAsync() => FullFileSystem.MountAsync(_engine.Root, _engine.Root.Graph, FileSystemBytes);

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

    [Fact]
    public async Task Should_fail_only_those_without_room_when_many_are_staged_at_once()
    {
        const int Small = 6, LargeBytes = 10 << 20;
        var client = await _engine.StartAsync();
        // Two large ones, of which there is room for the first halves, and for one.
        byte[][] archives =
        [
            Archive(1, LargeBytes).ToArray(), Archive(1, LargeBytes).ToArray(),
            .. Enumerable.Range(1, Small).Select(number => LayerArchive.Small(number).Bytes),
        ];
        var blobs = archives.Select(archive => new GatedBlob(archive)).ToArray();
        var puts = blobs.Select((blob, number) => client.PutLayerAsync(blob.Put($"layer-{number}"))).ToArray();
        await Task.WhenAll(blobs.Select(blob => blob.Reached));

        foreach (var blob in blobs) blob.Open();

        var outcomes = await Task.WhenAll(puts.Select(put => OutcomeAsync(put.WaitAsync(Patience))));
        Assert.Contains(StorageErrorKind.NoSpace, outcomes[..2]);
        // The others are there, or had no room for a moment either: nothing else went wrong, and all may try again.
        Assert.All(outcomes, outcome => Assert.True(outcome is null or StorageErrorKind.NoSpace, $"{outcome}"));
        for (var number = 2; number < archives.Length; number++)
        {
            if (outcomes[number] is null) continue;
            await client.PutLayerAsync(EngineRoot.Of(archives[number], $"layer-{number}")).WaitAsync(Patience);
        }
        var expected = Small + outcomes[..2].Count(outcome => outcome is null);
        Assert.Equal(expected, (await client.ListLayersAsync()).Count);
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Equal(expected, _engine.Root.LayerDirectories().Length);
    }

    private static async Task<StorageErrorKind?> OutcomeAsync(Task put)
    {
        try
        {
            await put;
            return null;
        }
        catch (StorageException refused)
        {
            return refused.Kind;
        }
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
