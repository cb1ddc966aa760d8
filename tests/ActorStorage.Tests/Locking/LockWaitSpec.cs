// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Tests.Locking;

public sealed class LockWaitSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
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

    private static int OpenFiles(string path) => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(descriptor => new FileInfo(descriptor).LinkTarget == path);
}
