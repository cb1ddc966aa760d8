// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Commands;

namespace ActorStorage.Cli.Parsing;

/// <summary>When a command needs the store.</summary>
internal enum StoreUse
{
    /// <summary>Before anything else, as the Go tool does it, even for a command that then fails.</summary>
    Opened,
    /// <summary>The command opens one itself, with settings of its own.</summary>
    OpensItself,
    /// <summary>The command has nothing to do with a store.</summary>
    NotOpened,
}

/// <summary>One command: names, number of positional arguments, options, and what runs it.</summary>
/// <param name="Name">What the list of commands shows.</param>
/// <param name="ArgumentsMin">Fewer positional arguments are refused before the store is opened.</param>
/// <param name="ArgumentsMax">More are refused too.</param>
/// <param name="Synopsis">What follows the name in the usage line.</param>
/// <param name="Summary">One line for people.</param>
/// <param name="Options">Its own options; the global ones come on top.</param>
/// <param name="Run">Does the work and answers with the exit code.</param>
internal sealed record CommandSpec(
    string Name, int ArgumentsMin, int ArgumentsMax, string Synopsis, string Summary,
    IReadOnlyList<OptionSpec> Options, Func<CommandContext, Task<int>> Run)
{
    public const int Unlimited = int.MaxValue;

    public string? Alias { get; init; }

    public StoreUse StoreUse { get; init; } = StoreUse.Opened;
}
