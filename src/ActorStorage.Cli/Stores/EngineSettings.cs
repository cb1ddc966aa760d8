// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>What a one-shot run tells the engine.</summary>
internal static class EngineSettings
{
    /// <param name="requestTimeout">Null waits without end.</param>
    public static StorageSettings From(
        StoragePaths paths, IReadOnlyList<KeyValuePair<string, string>> driverOptions, TimeSpan? requestTimeout) =>
        new(paths) { RequestTimeout = requestTimeout ?? Timeout.InfiniteTimeSpan };
}
