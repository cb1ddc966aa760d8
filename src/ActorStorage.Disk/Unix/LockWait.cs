// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>
/// Waits for a lock on a thread of its own, so that no dispatcher and no pool thread ever sits in fcntl. A wait cannot be
/// called back: whoever does not want the lock any more when it is granted gives it straight back.
/// </summary>
public static class LockWait
{
    private const int StackBytes = 256 * 1024;

    /// <param name="fileLock">Not to be used by anybody else until the wait has ended.</param>
    /// <param name="mode">How to take it.</param>
    /// <param name="ended">Called on the waiting thread with null when the lock is held, else with what went wrong.</param>
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
