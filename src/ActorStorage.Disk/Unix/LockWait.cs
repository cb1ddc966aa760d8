// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// Waits for a lock: however long it takes, on a thread of its own, so that no dispatcher and no pool thread ever sits
/// in fcntl; or for a time, on the caller's thread. A wait of the first kind cannot be called back: whoever does not
/// want the lock any more when it is granted gives it straight back.
/// </summary>
public static class LockWait
{
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Takes a lock that is held for moments only, through a handle of its own; blocks the calling thread at most as
    /// long as it is told. Dispose what it returns to let the lock go. To take it shared, reading the file is enough.
    /// </summary>
    /// <remarks>Looks again and again: a wait in the kernel could not be called back, and one that was given up would
    /// keep a thread and a file until the lock is free.</remarks>
    /// <exception cref="StorageException">Locked, naming the holder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while the lock was not free.</exception>
    public static FileLock Acquire(
        string path, LockMode mode, TimeSpan waitMax, CancellationToken cancellation = default)
    {
        var started = Stopwatch.GetTimestamp();
        var fileLock = FileLock.Open(path, readOnly: mode == LockMode.Shared);
        try
        {
            for (var pause = PauseMin; !fileLock.TryAcquire(mode); pause = pause * 2 < PauseMax ? pause * 2 : PauseMax)
            {
                var remaining = waitMax - Stopwatch.GetElapsedTime(started);
                if (remaining <= TimeSpan.Zero) throw Late(fileLock, mode);
                cancellation.WaitHandle.WaitOne(pause < remaining ? pause : remaining);
                cancellation.ThrowIfCancellationRequested();
            }
            return fileLock;
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
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

    private static StorageException Late(FileLock fileLock, LockMode mode)
    {
        var holder = fileLock.FindHolder(mode);
        var by = holder?.ToString() ?? "nobody any more";
        return new StorageException(new StorageError(
            StorageErrorKind.Locked, $"{fileLock.Path} was not free in time: held by {by}", fileLock.Path,
            Holder: holder));
    }
}
