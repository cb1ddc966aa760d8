// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;
using ActorStorage.Journal.Leases;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using ActorStorage.TestKit.Invariants;
using Akka.Actor;

namespace ActorStorage.TestKit.Tests.Invariants;

/// <summary>Each invariant is broken on purpose, and found broken, alone.</summary>
public sealed class StoreInvariantsSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly InvariantOptions AtOnce = new() { Patience = TimeSpan.Zero };

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_find_nothing_after_ordinary_work(string driver)
    {
        await using var root = await StartAsync(driver);
        await root.Client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "top" });
        await root.Client.CreateContainerAsync(new NewContainer { Id = new ContainerId("work"), Image = "image" });
        await root.Client.GetContainerDirectoryAsync("work");
        await root.Client.MountAsync("work");
        await root.Client.UnmountAsync("work");
        await root.CheckInvariantsAsync();
        await root.Client.DeleteContainerAsync("work");
        await root.Client.DeleteImageAsync("image");
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_wait_for_what_goes_by_itself()
    {
        await using var root = await StartAsync();
        var removal = root.Disk.At(FaultPoint.DeleteRemove).Delay(TimeSpan.FromSeconds(1));
        await root.Client.DeleteLayerAsync("top");
        await removal.Reached;
        await FindsAsync(root, AtOnce, Invariant.NothingStaged);
        await root.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData("overlay/tempdirs/temp-dir-12345/0-layer/")]
    [InlineData("overlay/tempdirs/lock-12345")]
    [InlineData("overlay-layers/tmp/half-made")]
    [InlineData("overlay/top/uncommitted")]
    public async Task Should_find_what_is_staged(string left)
    {
        await using var root = await StartAsync();
        Leave(root, left);
        var found = await root.FindViolationsAsync(AtOnce);
        Assert.Contains(found, violation => violation.Invariant == Invariant.NothingStaged);
    }

    [Theory]
    [InlineData("overlay/orphan/diff/")]
    [InlineData("overlay-layers/orphan.tar-split.gz")]
    [InlineData("overlay-layers/.tmp-layers.json12345")]
    [InlineData("overlay-images/orphan/manifest")]
    [InlineData("overlay-containers/orphan/item")]
    [InlineData("overlay/l/NOBODY")]
    public async Task Should_find_what_no_record_names(string left)
    {
        await using var root = await StartAsync();
        Leave(root, left);
        var found = await root.FindViolationsAsync(AtOnce);
        Assert.Contains(found, violation => violation.Invariant == Invariant.IndexAndDirectoriesAgree);
    }

    [Fact]
    public async Task Should_find_a_record_without_its_directory()
    {
        await using var root = await StartAsync();
        Directory.Delete($"{root.Paths.DriverHome}/top", recursive: true);
        var found = await root.FindViolationsAsync(AtOnce);
        Assert.Contains(found, violation => violation.Invariant == Invariant.IndexAndDirectoriesAgree
            && violation.Text.Contains("layer top has no directory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_find_a_layer_without_its_short_name()
    {
        await using var root = await StartAsync();
        var name = await File.ReadAllTextAsync($"{root.Paths.DriverHome}/top/link");
        File.Delete($"{root.Paths.DriverHome}/l/{name}");
        var found = await root.FindViolationsAsync(AtOnce);
        Assert.Contains(found, violation => violation.Text == "layer top has no short name");
    }

    [Fact]
    public async Task Should_find_what_the_check_finds()
    {
        await using var root = await StartAsync();
        await File.AppendAllTextAsync($"{root.Paths.DriverHome}/top/diff/etc/layer-2.conf", "damaged");
        await FindsAsync(root, AtOnce, Invariant.ChecksClean);
    }

    [Fact]
    public async Task Should_find_a_lock_that_somebody_holds()
    {
        await using var root = await StartAsync();
        using (var holder = Hold(root.Paths.LayersLock))
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
            await FindsAsync(root, AtOnce, Invariant.LocksFree);
            holder.StandardInput.Close();
            await holder.WaitForExitAsync();
        }
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_find_an_open_lease_unless_it_is_allowed()
    {
        await using var root = await StartAsync(hasJournal: true);
        var deadline = DateTimeOffset.UtcNow.AddMinutes(1);
        await root.Journal!.Ask<LeaseProtocol.AcquireLeaseOk>(
            replyTo => new LeaseProtocol.AcquireLease(
                new LayerId("top"), null, "test", null, new Asker(replyTo, deadline)),
            TimeSpan.FromMinutes(1), default);
        await FindsAsync(root, AtOnce, Invariant.NoLeases);
        Assert.Single(await root.FindViolationsAsync(AtOnce));
        await root.CheckInvariantsAsync(new InvariantOptions { AllowLeases = true });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_find_a_layer_that_stands_for_no_open_lease(bool hasJournal)
    {
        await using var root = await StartAsync(hasJournal: hasJournal);
        await root.Client.PutLayerAsync(new PutLayer(new NewLayer
        {
            Id = new LayerId("left"), Parent = "top", Names = [$"{LeaseRecord.NamePrefix}root-lease-left"],
        }));
        await FindsAsync(root, AtOnce, Invariant.NoLeases);
        await root.CheckInvariantsAsync(new InvariantOptions { AllowLeases = true });
    }

    [Fact]
    public async Task Should_find_a_mount_unless_it_is_allowed()
    {
        await using var root = await StartAsync();
        await root.Client.MountLayerAsync("top");
        await FindsAsync(root, AtOnce, Invariant.NothingMounted);
        await root.CheckInvariantsAsync(new InvariantOptions { AllowMounts = true });
        await root.Client.UnmountLayerAsync("top");
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_throw_with_a_line_for_each_violation()
    {
        await using var root = await StartAsync();
        Leave(root, "overlay/orphan/diff/");
        var thrown = await Assert.ThrowsAsync<InvariantException>(() => root.CheckInvariantsAsync(AtOnce));
        Assert.Contains("orphan: no record names it", thrown.Message, StringComparison.Ordinal);
    }

    private async Task<TestRoot> StartAsync(string driver = "overlay", bool hasJournal = false)
    {
        var root = await TestRoot.StartAsync(Sys, new() { Driver = driver, HasJournal = hasJournal });
        await root.Client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("base") }, LayerArchive.Small(1).AsBlob()));
        await root.Client.PutLayerAsync(new PutLayer(
            new NewLayer { Id = new LayerId("top"), Parent = "base" }, LayerArchive.Small(2).AsBlob()));
        return root;
    }

    private static async Task FindsAsync(TestRoot root, InvariantOptions options, Invariant only)
    {
        var found = await root.FindViolationsAsync(options);
        Assert.NotEmpty(found);
        Assert.All(found, violation => Assert.True(violation.Invariant == only, violation.ToString()));
    }

    private static void Leave(TestRoot root, string path)
    {
        var left = $"{root.Paths.GraphRoot}/{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        if (!path.EndsWith('/')) File.WriteAllText(left, "left");
    }

    /// <summary>Another process with a record lock, as the Go tools have them.</summary>
    private static Process Hold(string path) => Process.Start(new ProcessStartInfo(
        "perl",
        [
            "-e", """
            use Fcntl qw(:DEFAULT :seek);
            sysopen(my $file, $ARGV[0], O_RDWR) or die;
            my $whole = pack("s s x4 q q i x4", F_WRLCK, SEEK_SET, 0, 0, 0);
            fcntl($file, F_SETLKW, $whole) or die;
            $| = 1; print "held\n"; <STDIN>;
            """, path,
        ])
    { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
