// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Tests;

public sealed class DiskThreadsSpec : IDisposable
{
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Set();
        _gate.Dispose();
    }

    [Fact]
    public async Task Should_run_no_more_at_once_than_allowed_and_refuse_what_does_not_fit()
    {
        using var threads = new DiskThreads("test", threadsMax: 2, queueMax: 3);
        using var entered = new CountdownEvent(2);
        var running = 0;
        var most = 0;
        int Work()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (!entered.IsSet) entered.Signal();
            _gate.Wait();
            return Interlocked.Decrement(ref running);
        }

        var first = new[] { threads.Run(Work), threads.Run(Work) };
        Assert.True(entered.Wait(TimeSpan.FromSeconds(20)));
        var waiting = Enumerable.Range(0, 3).Select(_ => threads.Run(Work)).ToArray();
        var refused = Assert.Throws<StorageException>(() => { _ = threads.Run(Work); });
        Assert.Equal(StorageErrorKind.Busy, refused.Kind);

        _gate.Set();
        await Task.WhenAll([.. first, .. waiting]).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Should_leave_the_pool_alone()
    {
        using var threads = new DiskThreads("test", threadsMax: 1, queueMax: 1);
        Assert.False(await threads.Run(() => Thread.CurrentThread.IsThreadPoolThread));
    }

    [Fact]
    public async Task Should_hand_on_what_the_work_threw_and_go_on()
    {
        using var threads = new DiskThreads("test", threadsMax: 1, queueMax: 2);
        await Assert.ThrowsAsync<InvalidDataException>(() => threads.Run<int>(() => throw new InvalidDataException()));
        Assert.Equal(7, await threads.Run(() => 7));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        while (Volatile.Read(ref target) is var seen && value > seen)
        {
            // If somebody else raised it meanwhile, look again.
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
        }
    }
}
