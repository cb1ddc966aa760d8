// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Parsing;

/// <summary>A command of the Go tool that this one does not have yet, and says so.</summary>
internal sealed record PlannedCommand(string Name, string? Alias = null);
