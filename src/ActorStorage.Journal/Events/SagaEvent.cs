// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Events;

/// <summary>One step of a request that takes several commits, by the key that its client gave it.</summary>
public abstract record SagaEvent(string Key, DateTimeOffset At) : IJournaled;

/// <param name="Layers">Those of the image, the lowest first.</param>
/// <param name="Missing">Those of them that were not in the store: what would be undone.</param>
public sealed record SagaBegun(
    string Key, ImageId Image, IReadOnlyList<LayerId> Layers, IReadOnlyList<LayerId> Missing, DateTimeOffset At)
    : SagaEvent(Key, At);

/// <param name="Error">Null when the image is there.</param>
public sealed record SagaEnded(string Key, StorageError? Error, DateTimeOffset At) : SagaEvent(Key, At);

/// <summary>What a failed one had made and nobody needed is gone.</summary>
public sealed record SagaUndone(string Key, DateTimeOffset At) : SagaEvent(Key, At);

/// <summary>Every request whose outcome is still told, as the events that lead to where it stands.</summary>
internal sealed record SagaSnapshot(IReadOnlyList<SagaEvent> Steps) : IJournaled;
