// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.TestKit.Archives;
using ActorStorage.TestKit.Faults;
using Mono.Unix.Native;

namespace ActorStorage.TestKit.Tests.Faults;

public sealed class FaultDiskSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Should_make_of_an_errno_what_the_engine_makes_of_it()
    {
        await using var root = await TestRoot.StartAsync(Sys);
        root.Disk.At(FaultPoint.StageWrite).Fail(Errno.ENOSPC);
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.Client.PutLayerAsync(Layer("base")));
        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
    }

    [Fact]
    public async Task Should_fail_with_a_kind_from_one_effect_on_for_so_many()
    {
        await using var root = await TestRoot.StartAsync(Sys);
        var fault = root.Disk.At(FaultPoint.StageBegin, first: 2, times: 2).Fail(StorageErrorKind.ReadOnly);

        await root.Client.PutLayerAsync(Layer("one"));
        foreach (var id in (string[])["two", "three"])
        {
            var refused = await Assert.ThrowsAsync<StorageException>(() => root.Client.PutLayerAsync(Layer(id)));
            Assert.Equal(StorageErrorKind.ReadOnly, refused.Kind);
        }
        await root.Client.PutLayerAsync(Layer("four"));

        Assert.True(fault.Hits >= 4);
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_hold_an_effect_until_it_is_released_while_others_go_on()
    {
        await using var root = await TestRoot.StartAsync(
            Sys, new() { ChangeSettings = settings => settings with { StagersMax = 2 } });
        var held = root.Disk.At(FaultPoint.StageBegin).Hold();
        var put = root.Client.PutLayerAsync(Layer("held"));
        await held.Reached.WaitAsync(Patience);

        await root.Client.PutLayerAsync(Layer("other"));
        Assert.False(put.IsCompleted);

        held.Release();
        await put.WaitAsync(Patience);
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_take_as_long_as_a_slow_disk()
    {
        var time = TimeSpan.FromMilliseconds(300);
        await using var root = await TestRoot.StartAsync(Sys);
        root.Disk.At(FaultPoint.StageTarSplit).Delay(time);
        var started = TimeProvider.System.GetTimestamp();
        await root.Client.PutLayerAsync(Layer("base"));
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= time);
    }

    [Theory]
    [InlineData("commit.tree", false)]
    [InlineData("commit.index", false)]
    [InlineData("commit.mark", true)]
    public async Task Should_recover_what_is_true_when_the_engine_was_killed_at_a_point(string point, bool isThere)
    {
        await using var root = await TestRoot.StartAsync(Sys);
        root.Disk.At(FaultPoint.Named(point)).Stop();
        var put = root.Client.PutLayerAsync(Layer("base"));
        await Eventually(() => root.Disk.HasStopped);

        await root.CrashAsync();
        await Record.ExceptionAsync(() => put);
        await root.RestartAsync();

        Assert.Equal(isThere, await root.Client.FindLayerAsync("base") is not null);
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_stop_at_the_effect_with_a_number()
    {
        int all;
        await using (var whole = await TestRoot.StartAsync(Sys))
        {
            whole.Disk.Record();
            await whole.Client.PutLayerAsync(Layer("base"));
            all = whole.Disk.EffectCount;
        }
        await using var root = await TestRoot.StartAsync(Sys);
        root.Disk.StopAt = all / 2;
        root.Disk.Record();

        await Assert.ThrowsAsync<StorageException>(() => root.Client.PutLayerAsync(Layer("base")));

        Assert.True(root.Disk.HasStopped);
        Assert.Equal(all / 2, root.Disk.EffectCount);
        await root.CrashAsync();
        await root.RestartAsync();
        Assert.Null(await root.Client.FindLayerAsync("base"));
        await root.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Should_not_forget_a_stop_that_comes_while_an_effect_is_recorded()
    {
        using var own = new OwnDirectory();
        own.Disk.At(FaultPoint.AnyEffect, first: 2).Stop();
        var other = Task.CompletedTask;
        own.Disk.StopBefore = _ =>
        {
            other = Task.Run(() => Assert.Throws<StorageException>(() => own.Make("two")));
            SpinWait.SpinUntil(() => own.Disk.HasStopped, Patience);
            return false;
        };
        own.Disk.Record();

        Assert.Throws<StorageException>(() => own.Make("one"));

        await other.WaitAsync(Patience);
        Assert.True(own.Disk.HasStopped);
        Assert.False(own.Has("one") || own.Has("two"));
    }

    [Fact]
    public void Should_ask_no_other_fault_when_one_has_stopped_the_disk()
    {
        using var own = new OwnDirectory();
        own.Disk.At(FaultPoint.AnyEffect, first: 2).Stop();
        var other = own.Disk.At(FaultPoint.AnyEffect, times: null).Fail(Errno.ENOSPC);
        Assert.Equal(StorageErrorKind.NoSpace, Assert.Throws<StorageException>(() => own.Make("one")).Kind);
        for (var i = 0; i < 2; i++)
            Assert.Equal(StorageErrorKind.Io, Assert.Throws<StorageException>(() => own.Make("one")).Kind);
        Assert.Equal(1, other.Hits);
    }

    [Fact]
    public void Should_not_use_up_a_fault_before_it_is_told_what_to_do()
    {
        using var own = new OwnDirectory();
        var fault = own.Disk.At(FaultPoint.AnyEffect);
        own.Make("one");
        Assert.False(fault.Reached.IsCompleted);

        fault.Fail(Errno.ENOSPC);

        Assert.Throws<StorageException>(() => own.Make("two"));
        own.Make("two");
        Assert.True(fault.Reached.IsCompleted);
        Assert.Equal(3, fault.Hits);
    }

    [Fact]
    public void Should_not_keep_handles_that_were_closed()
    {
        using var own = new OwnDirectory();
        var first = OpenAndClose(own);
        for (var i = 0; i < 2000; i++) OpenAndClose(own);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(first.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OpenAndClose(OwnDirectory own)
    {
        using var handle = own.Disk.OpenDirectory(own.Path);
        return new WeakReference(handle);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "it never came so far");
            await Task.Delay(10);
        }
    }

    private static PutLayer Layer(string id) =>
        new(new NewLayer { Id = new LayerId(id) }, LayerArchive.Small(1).AsBlob());

    /// <summary>A disk without an engine.</summary>
    private sealed class OwnDirectory : IDisposable
    {
        private readonly DirectoryHandle _directory;

        public OwnDirectory() => _directory = Disk.OpenDirectory(Path);

        public string Path { get; } = Directory.CreateTempSubdirectory("as-faults-").FullName;

        public FaultDisk Disk { get; } = new();

        public void Make(string name) => Disk.MakeDirectory(_directory, name, 0x1ED);

        public bool Has(string name) => Directory.Exists($"{Path}/{name}");

        public void Dispose()
        {
            _directory.Dispose();
            Disk.Dispose();
            Directory.Delete(Path, recursive: true);
        }
    }
}
