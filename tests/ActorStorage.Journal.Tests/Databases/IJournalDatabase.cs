// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>A real database that a test may take away and bring back.</summary>
public interface IJournalDatabase : IAsyncDisposable
{
    JournalSettings SettingsFor(StoragePaths paths);

    /// <summary>What a program is told that uses it too, as HOCON.</summary>
    string Configuration { get; }

    /// <summary>The number of the serializer and the manifest of every event, in their order.</summary>
    Task<IReadOnlyList<(int Serializer, string Manifest)>> StoredAsync();

    /// <summary>From now on nothing can be stored.</summary>
    Task TakeAwayAsync();

    Task BringBackAsync();

    /// <summary>Loses all that is stored. No journal is running.</summary>
    Task ForgetAsync();
}
