// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal;
using ActorStorage.Journal.Leases;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using ActorStorage.TestKit.Invariants;
using ActorStorage.Tests.Staging;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.TestKit.Tests;

public sealed class TestRootSpec : Akka.TestKit.Xunit2.TestKit
{
    [Theory]
    [InlineData("overlay", false)]
    [InlineData("overlay", true)]
    [InlineData("vfs", false)]
    public async Task Should_leave_nothing_when_it_ends(string driver, bool hasJournal)
    {
        var root = await TestRoot.StartAsync(Sys, new() { Driver = driver, HasJournal = hasJournal });
        await using (root)
        {
            await root.Client.PutLayerAsync(Layer());
            await root.Client.MountLayerAsync("base");
            await root.Client.UnmountLayerAsync("base");
            Assert.Equal(driver == "overlay", MountsBelow(root.Directory).Count > 0);
        }
        Assert.False(Directory.Exists(root.Directory));
        Assert.Empty(MountsBelow(root.Directory));
        await root.DisposeAsync();
    }

    [Fact]
    public async Task Should_say_what_a_test_left_mounted_and_take_it_away()
    {
        var root = await TestRoot.StartAsync(Sys, new() { Driver = "overlay" });
        await root.Client.PutLayerAsync(Layer());
        var mounted = await root.Client.MountLayerAsync("base");

        var thrown = await Assert.ThrowsAsync<InvariantException>(async () => await root.DisposeAsync());

        Assert.Contains(mounted, thrown.Message, StringComparison.Ordinal);
        Assert.All(thrown.Violations, violation => Assert.Equal(Invariant.NothingMounted, violation.Invariant));
        Assert.False(Directory.Exists(root.Directory));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_blame_for_mounts_who_stopped_the_engine_and_not_who_was_killed(bool isKilled)
    {
        var root = await TestRoot.StartAsync(Sys, new() { Driver = "overlay" });
        await root.Client.PutLayerAsync(Layer());
        await root.Client.MountLayerAsync("base");
        await (isKilled ? root.CrashAsync() : root.StopAsync());
        var thrown = await Record.ExceptionAsync(async () => await root.DisposeAsync());
        Assert.Equal(isKilled, thrown is not InvariantException);
        Assert.False(Directory.Exists(root.Directory));
    }

    [Fact]
    public async Task Should_leave_nothing_when_the_engine_does_not_end_in_time()
    {
        var root = await TestRoot.StartAsync(Sys, new()
        {
            Driver = "overlay", HasJournal = true, Patience = TimeSpan.FromSeconds(4),
            ChangeSettings = settings => settings with { StopWaitMax = TimeSpan.FromHours(1) },
        });
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = root.Client.PutLayerAsync(blob.Put("stuck"));
        await blob.Reached;

        var late = await Assert.ThrowsAsync<StorageException>(async () => await root.DisposeAsync());

        Assert.Equal(StorageErrorKind.Cancelled, late.Kind);
        Assert.False(Directory.Exists(root.Directory));
        Assert.Empty(MountsBelow(root.Directory));
        blob.Open();
        await Assert.ThrowsAsync<StorageException>(() => put);
        Assert.False(Directory.Exists(root.Directory));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_keep_faults_that_are_for_the_engine_that_starts_next(bool isKilled)
    {
        await using var root = await TestRoot.StartAsync(Sys);
        await (isKilled ? root.CrashAsync() : root.StopAsync());
        var disk = root.Disk;
        var fault = disk.At(FaultPoint.AnyEffect).Delay(TimeSpan.Zero);
        await root.CrashAsync();

        await root.RestartAsync();

        Assert.Same(disk, root.Disk);
        Assert.False(disk.HasStopped);
        Assert.True(fault.Reached.IsCompletedSuccessfully);
        await root.RestartAsync();
        Assert.NotSame(disk, root.Disk);
    }

    [Fact]
    public async Task Should_take_messages_as_any_engine_does()
    {
        await using var root = await TestRoot.StartAsync(Sys);
        root.Storage.Tell(new StorageProtocol.GetHealth(new Asker(TestActor, DateTimeOffset.UtcNow.AddMinutes(1))));
        var reply = await ExpectMsgAsync<StorageProtocol.GetHealthOk>();
        Assert.Equal(HealthState.Healthy, reply.Health.State);
    }

    [Fact]
    public async Task Should_keep_several_roots_with_journals_apart()
    {
        await using var one = await TestRoot.StartAsync(Sys, new() { HasJournal = true });
        await using var two = await TestRoot.StartAsync(Sys, new() { HasJournal = true });
        await one.Client.PutLayerAsync(Layer());
        Assert.Empty(await two.Client.ListLayersAsync());

        var lease = await one.Journal!.Ask<LeaseProtocol.AcquireLeaseOk>(
            replyTo => new LeaseProtocol.AcquireLease(
                new LayerId("base"), null, "test", null, new Asker(replyTo, DateTimeOffset.UtcNow.AddMinutes(1))),
            TimeSpan.FromMinutes(1), default);
        Assert.Equal("base", lease.Lease.Layer.Value);
        await one.RestartAsync();
        await Assert.ThrowsAsync<StorageException>(() => one.Client.DeleteLayerAsync("base"));
    }

    [Fact]
    public async Task Should_take_settings_from_code_and_from_hocon()
    {
        StorageSettings? taken = null;
        JournalSettings? journal = null;
        await using var root = await TestRoot.StartAsync(Sys, new()
        {
            HasJournal = true,
            Config = ConfigurationFactory.ParseString("""
                actor-storage { staging.parallelism-max = 3, journal.page-max = 7 }
                """),
            ChangeSettings = settings => taken = settings with { StoreBatchMax = 5 },
            ChangeJournal = settings => journal = settings,
        });
        Assert.Equal((3, 5), (taken!.StagersMax, taken.StoreBatchMax));
        Assert.Equal(7, journal!.PageMax);
    }

    [Fact]
    public async Task Should_leave_nothing_when_the_root_cannot_be_opened()
    {
        var parent = Directory.CreateTempSubdirectory("as-parent-").FullName;
        await Assert.ThrowsAsync<StorageException>(() => TestRoot.StartAsync(Sys, new()
        {
            Parent = parent,
            ChangeSettings = settings => settings with { DriverOptions = ["overlay.no_such_option=1"] },
        }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(parent));
        Directory.Delete(parent);
    }

    private static IReadOnlyList<string> MountsBelow(string directory)
    {
        var disk = new LinuxDisk();
        using var parent = disk.OpenDirectory(Path.GetDirectoryName(directory)!);
        return disk.MountsBelow(parent, Path.GetFileName(directory));
    }

    private static PutLayer Layer() =>
        new(new NewLayer { Id = new LayerId("base") }, LayerArchive.Small(1).AsBlob());
}
