// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Staging;

namespace ActorStorage.Tests;

/// <summary>Looks at threads and descriptors of the whole process.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public sealed class EngineStopSpec : IAsyncLifetime
{
    private const int Stagers = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly EngineRoot _engine = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_end_and_leave_nothing_when_stagers_are_at_work()
    {
        var client = await _engine.StartAsync();
        var streams = Enumerable.Range(0, Stagers).Select(_ => new EndlessBlob()).ToArray();
        var puts = streams.Select((blob, i) => client.PutLayerAsync(blob.Put($"layer-{i}"))).ToArray();
        foreach (var blob in streams) await blob.Reached.WaitAsync(Patience);

        var stopping = _engine.StopAsync();
        foreach (var blob in streams) blob.Open();
        await stopping.WaitAsync(Patience);

        await AssertAllRefusedAsync(puts);
        Assert.All(streams, blob => Assert.True(blob.IsClosed));
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Empty(_engine.Root.LayerDirectories());
    }

    [Fact]
    public async Task Should_end_and_leave_nothing_when_stagers_sit_in_a_read()
    {
        var client = await _engine.StartAsync(_engine.Settings with { StopWaitMax = TimeSpan.FromMilliseconds(200) });
        var blobs = Enumerable.Range(0, Stagers).Select(_ => new GatedBlob(LayerArchive.Small(1).Bytes)).ToArray();
        var puts = blobs.Select((blob, i) => client.PutLayerAsync(blob.Put($"layer-{i}"))).ToArray();
        foreach (var blob in blobs) await blob.Reached;

        await _engine.StopAsync().WaitAsync(Patience);

        await AssertAllRefusedAsync(puts);
        Assert.Empty(_engine.Root.Leftovers());
        var before = _engine.Root.LayerFiles();
        foreach (var blob in blobs) blob.Open();
        // When they come back they find nothing to work in.
        await Eventually.TrueAsync(() => !ThreadsOf("stager").Any(), "the stagers' threads have ended");
        Assert.Empty(_engine.Root.Leftovers());
        Assert.Equal(before, _engine.Root.LayerFiles());
        Assert.Empty(_engine.Root.LayerDirectories());
    }

    [Fact]
    public async Task Should_not_open_the_root_any_more_when_it_was_given_up_while_the_lock_was_not_free()
    {
        using var cancelled = new CancellationTokenSource();
        await using (await LockHolder.TakeAsync(_engine.Root, Path.Combine(_engine.Root.Graph, "storage.lock")))
        {
            var start = StorageEngine.StartAsync(_engine.Settings, cancelled.Token);
            await Eventually.TrueAsync(() => ThreadsOf("opening").Any(), "the root is being opened");
            await cancelled.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(Patience));

            Assert.False(ThreadsOf("opening").Any());
            Assert.False(ThreadsOf("lock-wait").Any());
        }
        Assert.False(Directory.Exists(_engine.Root.Overlay));
    }

    [Fact]
    public async Task Should_have_removed_what_was_deleted_when_it_has_ended()
    {
        var client = await _engine.StartAsync();
        for (var i = 0; i < 20; i++) await client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(i), $"layer-{i}"));
        await client.WipeAsync();

        await _engine.StopAsync().WaitAsync(Patience);

        Assert.Empty(_engine.Root.Leftovers());
        Assert.False(ThreadsOf("reaper").Any());
    }

    [Fact]
    public async Task Should_refuse_at_once_what_is_asked_after_the_end()
    {
        var client = await _engine.StartAsync();
        await _engine.StopAsync();

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.ListLayersAsync().WaitAsync(Patience));

        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
    }

    [Fact]
    public async Task Should_keep_no_descriptor_of_layers_that_were_put_and_deleted()
    {
        const int Layers = 500;
        var client = await _engine.StartAsync();
        await PutAndDeleteAsync(client, 10);        // whatever is opened once
        var before = OpenDescriptors();

        await PutAndDeleteAsync(client, Layers);

        Assert.InRange(OpenDescriptors(), 0, before + 5);
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.Leftovers());
    }

    private static async Task PutAndDeleteAsync(StorageClient client, int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(50))
        {
            await Task.WhenAll(chunk.Select(i => client.PutLayerAsync(EngineRoot.Empty($"layer-{i}"))));
            await Task.WhenAll(chunk.Select(i => client.DeleteLayerAsync($"layer-{i}")));
        }
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Assert.ThrowsAsync<StorageException>(
            () => client.SetBigDataAsync("missing", "key", default))));
    }

    private static int OpenDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    private static IEnumerable<string> ThreadsOf(string name) => Directory.EnumerateDirectories("/proc/self/task")
        .Select(NameOf)
        .Where(thread => thread.StartsWith(name, StringComparison.Ordinal));

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm");
        }
        catch (IOException)
        {
            return "";      // it has ended meanwhile
        }
    }

    private static async Task AssertAllRefusedAsync(IEnumerable<Task> puts)
    {
        foreach (var put in puts)
        {
            var refused = await Assert.ThrowsAsync<StorageException>(() => put.WaitAsync(Patience));
            Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        }
    }

    /// <summary>An archive whose one file has no end, given in pieces from when it is opened on.</summary>
    private sealed class EndlessBlob
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly ManualResetEventSlim _open = new();

        public Task Reached => _reached.Task;

        public void Open() => _open.Set();

        public bool IsClosed { get; private set; }

        public PutLayer Put(string id) =>
            new(new NewLayer { Id = new LayerId(id) }, new LayerBlob(id, () => new Bytes(this)));

        private sealed class Bytes(EndlessBlob blob) : MemoryStream(Header())
        {
            public override int Read(Span<byte> buffer)
            {
                if (Position < Length) return base.Read(buffer);
                blob._reached.TrySetResult();
                blob._open.Wait();
                buffer = buffer[..Math.Min(buffer.Length, 512)];
                buffer.Fill((byte)'x');
                return buffer.Length;
            }

            protected override void Dispose(bool disposing)
            {
                blob.IsClosed = true;
                base.Dispose(disposing);
            }

            private static byte[] Header()
            {
                using var archive = new MemoryStream();
                using (var tar = new System.Formats.Tar.TarWriter(archive, leaveOpen: true))
                {
                    var entry = new System.Formats.Tar.UstarTarEntry(
                        System.Formats.Tar.TarEntryType.RegularFile, "endless")
                    {
                        DataStream = new MemoryStream(new byte[1]),
                    };
                    tar.WriteEntry(entry);
                }
                var header = archive.ToArray()[..512];
                "77777777777"u8.CopyTo(header.AsSpan(124));
                "        "u8.CopyTo(header.AsSpan(148));
                var sum = header.Sum(each => each);
                System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ")
                    .CopyTo(header.AsSpan(148));
                return header;
            }
        }
    }
}
