// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>What a one-shot run tells the engine.</summary>
internal static class EngineSettings
{
    /// <param name="requestTimeout">Null waits without end.</param>
    public static StorageSettings From(
        StoragePaths paths, IReadOnlyList<string> driverOptions, TimeSpan? requestTimeout) =>
        new(paths) { DriverOptions = driverOptions, RequestTimeout = requestTimeout ?? Timeout.InfiniteTimeSpan };
}
