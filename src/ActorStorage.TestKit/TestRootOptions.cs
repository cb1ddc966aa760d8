// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal;
using Akka.Configuration;

namespace ActorStorage.TestKit;

/// <summary>What a <see cref="TestRoot"/> is to be.</summary>
public sealed record TestRootOptions
{
    /// <summary>Null takes <c>overlay</c>, and <c>vfs</c> in a user namespace, where not every kernel mounts
    /// it.</summary>
    public string? Driver { get; init; }

    /// <summary>Whether a journal is kept, on SQLite files beside the root: history, leases, keys, times of
    /// use.</summary>
    public bool HasJournal { get; init; }

    /// <summary>Keys of <c>actor-storage</c> that are to be different, before those of the actor system.</summary>
    public Config? Config { get; init; }

    /// <summary>The last word about the engine's settings.</summary>
    public Func<StorageSettings, StorageSettings>? ChangeSettings { get; init; }

    /// <summary>The last word about the journal's settings.</summary>
    public Func<JournalSettings, JournalSettings>? ChangeJournal { get; init; }

    /// <summary>Where the root's directory is made; null for the temporary directory. Short paths are better, because
    /// the options of an overlay mount hold some below it.</summary>
    public string? Parent { get; init; }

    /// <summary>A directory to work in that stays when the root ends, with <c>root</c> and <c>run</c> below it; null
    /// makes a new one that goes.</summary>
    public string? Directory { get; init; }

    /// <summary>How long a request of <see cref="TestRoot.Client"/> may take, and how long the engine's end is waited
    /// for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
