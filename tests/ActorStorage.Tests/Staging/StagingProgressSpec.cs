// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using ActorStorage.Disk;
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Staging;

public sealed class StagingProgressSpec : IAsyncLifetime
{
    private readonly EngineRoot _engine = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Should_say_how_much_there_was_in_every_phase_after_the_last_byte()
    {
        var client = await _engine.StartAsync(_engine.Settings with { Flush = FlushMode.FileSystem });
        var archive = new TarBuilder().Directory("d/").File("d/f", "content").Symlink("l", "d").Ended();
        var blob = Compressed.Gzip(archive);
        var reports = new Reports();

        await client.PutLayerAsync(EngineRoot.Of(blob, "one") with { Progress = reports });

        Assert.Equal(StagingPhase.Queued, reports.All.First().Phase);
        foreach (var phase in (StagingPhase[])[StagingPhase.Flushing, StagingPhase.Committing, StagingPhase.Committed])
        {
            var report = Assert.Single(reports.All, report => report.Phase == phase);
            Assert.Equal((3, blob.Length, archive.Length), (report.Entries, report.BlobBytes, report.DiffBytes));
            Assert.Equal(blob.Length, report.BlobBytesTotal);
        }
    }

    private sealed class Reports : IProgress<StagingProgress>
    {
        public ConcurrentQueue<StagingProgress> All { get; } = new();

        public void Report(StagingProgress value) => All.Enqueue(value);
    }
}
