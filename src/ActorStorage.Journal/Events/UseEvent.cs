// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Watching;

namespace ActorStorage.Journal.Events;

/// <summary>Something was used, or put.</summary>
public abstract record UseEvent : IJournaled;

/// <summary>The last uses of some layers, of all that came together since the event before.</summary>
public sealed record LayersUsed(IReadOnlyList<LayerUsed> Uses) : UseEvent;

public sealed record ItemPut(Provenance Provenance) : UseEvent;

/// <summary>What is known of what is in the store.</summary>
internal sealed record UseSnapshot(IReadOnlyList<LayerUsed> Uses, IReadOnlyList<Provenance> Origins) : IJournaled;
