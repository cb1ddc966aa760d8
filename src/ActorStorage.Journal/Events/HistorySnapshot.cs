// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Watching;

namespace ActorStorage.Journal.Events;

/// <summary>The records of each store as the history knows them, by id, with their fingerprints.</summary>
internal sealed record HistorySnapshot(
    IReadOnlyDictionary<StoreKind, IReadOnlyDictionary<string, ulong>> Stores) : IJournaled;
