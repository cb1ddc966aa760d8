// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Unix;

public sealed class LockChainSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();

    private string First => _directory["a/layers.lock"];

    private string Second => _directory["b/layers.lock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Should_hold_both_files_when_taken_and_neither_when_released()
    {
        using var chain = FileLock.OpenChain(First, Second);
        Assert.True(chain.TryAcquire(LockMode.Exclusive));
        Assert.False(RecordLockHolder.CanLock(First));
        Assert.False(RecordLockHolder.CanLock(Second));

        chain.Release();

        Assert.True(RecordLockHolder.CanLock(First));
        Assert.True(RecordLockHolder.CanLock(Second));
    }

    [Fact]
    public void Should_hold_neither_when_the_second_is_taken()
    {
        using var chain = FileLock.OpenChain(First, Second);
        using var holder = RecordLockHolder.Start(Second);

        Assert.False(chain.TryAcquire(LockMode.Exclusive));

        Assert.True(RecordLockHolder.CanLock(First));
        Assert.Equal(holder.Pid, chain.FindHolder(LockMode.Exclusive)?.Pid);
    }

    [Fact]
    public void Should_wait_for_the_second_with_the_first_in_hand()
    {
        using var chain = FileLock.OpenChain(First, Second);
        using var holder = RecordLockHolder.Start(Second);
        using var granted = new ManualResetEventSlim();
        LockWait.Begin(chain, LockMode.Exclusive, cause =>
        {
            Assert.Null(cause);
            granted.Set();
        });

        holder.Release();

        Assert.True(granted.Wait(Patience));
        Assert.False(RecordLockHolder.CanLock(First));
        Assert.False(RecordLockHolder.CanLock(Second));
    }

    [Fact]
    public void Should_write_the_token_into_both_and_read_the_first()
    {
        using var chain = FileLock.OpenChain(First, Second);
        Assert.True(chain.TryAcquire(LockMode.Exclusive));
        var token = LockToken.New(TimeProvider.System);

        chain.WriteToken(new LinuxDisk(), token);

        Assert.Equal(token, chain.ReadToken());
        Assert.Equal(File.ReadAllBytes(First), File.ReadAllBytes(Second));
    }

    [Fact]
    public void Should_be_one_lock_when_there_is_no_second()
    {
        using var chain = FileLock.OpenChain(First, null);

        Assert.Null(chain.Next);
        Assert.True(chain.TryAcquire(LockMode.Exclusive));
    }
}
