// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>What a one-shot run tells the engine.</summary>
internal static class EngineSettings
{
    // As good as for ever, and still within what timers can count.
    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(20);

    /// <param name="lockWaitMax">Null waits without end.</param>
    public static StorageSettings From(StoragePaths paths, IReadOnlyList<string> driverOptions, TimeSpan? lockWaitMax)
    {
        var waitMax = lockWaitMax is { } given && given < Unlimited ? given : Unlimited;
        return StorageSettings.From(paths) with
        {
            DriverOptions = driverOptions,
            RequestTimeout = Unlimited,
            LockWaitMax = waitMax,
            OpenWaitMax = waitMax,
            RightWaitMax = waitMax,
        };
    }
}
