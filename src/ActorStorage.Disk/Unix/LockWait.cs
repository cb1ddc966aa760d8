// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>
/// Waits for a lock on a thread of its own, so that no dispatcher and no pool thread ever sits in fcntl. A wait cannot
/// be called back: whoever does not want the lock any more when it is granted gives it straight back.
/// </summary>
public static class LockWait
{
    private const int StackBytes = 256 * 1024;

    /// <summary>
    /// Takes a lock that is held for moments only, through a handle of its own; blocks the calling thread at most as
    /// long as it is told. Dispose what it returns to let the lock go. To take it shared, reading the file is enough.
    /// </summary>
    /// <exception cref="StorageException">Locked, naming the holder.</exception>
    public static FileLock Acquire(string path, LockMode mode, TimeSpan waitMax)
    {
        var fileLock = FileLock.Open(path, readOnly: mode == LockMode.Shared);
        try
        {
            if (fileLock.TryAcquire(mode)) return fileLock;
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Begin(fileLock, mode, failure =>
        {
            // Whoever comes second finds the other's verdict: a grant that nobody waits for goes straight back.
            var isWanted = failure is not null ? wait.TrySetException(failure) : wait.TrySetResult();
            if (!isWanted || failure is not null) fileLock.Dispose();
        });
        ((IAsyncResult)wait.Task).AsyncWaitHandle.WaitOne(waitMax);
        var holder = wait.Task.IsCompleted ? null : fileLock.FindHolder(mode);
        if (wait.TrySetCanceled())
        {
            var by = holder?.ToString() ?? "nobody any more";
            throw new StorageException(new StorageError(
                StorageErrorKind.Locked, $"{path} was not free in time: held by {by}", path, Holder: holder));
        }
        wait.Task.GetAwaiter().GetResult();
        return fileLock;
    }

    /// <param name="fileLock">Not to be used by anybody else until the wait has ended.</param>
    /// <param name="mode">How to take it.</param>
    /// <param name="ended">Called on the waiting thread with null when the lock is held, else with what went
    /// wrong.</param>
    public static void Begin(FileLock fileLock, LockMode mode, Action<Exception?> ended)
    {
        var thread = new Thread(
            () =>
            {
                try
                {
                    fileLock.Acquire(mode);
                }
                catch (Exception cause) when (cause is StorageException or ObjectDisposedException)
                {
                    ended(cause);
                    return;
                }
                ended(null);
            },
            StackBytes)
        {
            IsBackground = true,
            Name = $"lock-wait {Path.GetFileName(fileLock.Path)}",
        };
        thread.Start();
    }
}
