// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Tests.Locking;

public sealed class LockWaitSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("as-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Should_keep_the_file_open_until_a_wait_has_ended_and_give_the_lock_back_then()
    {
        var path = Path.Combine(_directory.FullName, "file.lock");
        using var holder = FileLock.Open(path);
        Assert.True(holder.TryAcquire(LockMode.Exclusive));
        var waiting = FileLock.Open(path);
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        LockWait.Begin(waiting, LockMode.Exclusive, ended.SetResult);
        await Cli.Tests.Tools.LockHolder.SomebodyWaitsAsync(path);

        waiting.Dispose();
        Assert.Equal(2, OpenFiles(path));
        holder.Release();

        Assert.Null(await ended.Task.WaitAsync(Patience));
        await Cli.Tests.Tools.Eventually.TrueAsync(() => OpenFiles(path) == 1, "the waiter's file is closed");
        Assert.True(holder.TryAcquire(LockMode.Exclusive));
    }

    [Fact]
    public void Should_leave_no_file_open_when_the_lock_was_not_free_in_time()
    {
        var path = Path.Combine(_directory.FullName, "file.lock");
        using var holder = FileLock.Open(path);
        Assert.True(holder.TryAcquire(LockMode.Shared));
        var started = TimeProvider.System.GetTimestamp();

        var refused = Assert.Throws<StorageException>(() => LockWait.Acquire(path, LockMode.Exclusive, Soon));

        Assert.Equal(StorageErrorKind.Locked, refused.Kind);
        Assert.Equal(Environment.ProcessId, refused.Error.Holder?.Pid);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), Soon, Patience);
        Assert.Equal(1, OpenFiles(path));
        using var shared = LockWait.Acquire(path, LockMode.Shared, Soon);
    }

    [Fact]
    public async Task Should_take_a_lock_that_becomes_free_in_time()
    {
        var path = Path.Combine(_directory.FullName, "file.lock");
        using var holder = FileLock.Open(path);
        Assert.True(holder.TryAcquire(LockMode.Exclusive));

        var taken = Task.Run(() => LockWait.Acquire(path, LockMode.Exclusive, Patience));
        await Cli.Tests.Tools.Eventually.TrueAsync(() => OpenFiles(path) == 2, "it looks at the lock");
        holder.Release();

        using var lockFile = await taken;
        Assert.False(holder.TryAcquire(LockMode.Shared));
    }

    [Fact]
    public async Task Should_give_a_wait_for_a_time_up_when_it_is_cancelled()
    {
        var path = Path.Combine(_directory.FullName, "file.lock");
        using var holder = FileLock.Open(path);
        Assert.True(holder.TryAcquire(LockMode.Exclusive));
        using var cancelled = new CancellationTokenSource();

        var taken = Task.Run(() => LockWait.Acquire(path, LockMode.Exclusive, Patience, cancelled.Token));
        await Cli.Tests.Tools.Eventually.TrueAsync(() => OpenFiles(path) == 2, "it looks at the lock");
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taken);
        Assert.Equal(1, OpenFiles(path));
    }

    private static int OpenFiles(string path) => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(descriptor => new FileInfo(descriptor).LinkTarget == path);
}
