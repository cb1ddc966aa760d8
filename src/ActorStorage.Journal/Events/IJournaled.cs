// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Journal.Events;

/// <summary>Is stored in the journal, in a form of its own that later versions can read.</summary>
public interface IJournaled;
