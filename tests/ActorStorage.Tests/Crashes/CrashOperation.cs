// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Tests.Crashes;

/// <summary>What an engine is doing when it dies: requests, each of which is acknowledged or not.</summary>
internal sealed record CrashOperation(string Name, params IReadOnlyList<Func<StorageClient, Task>> Steps)
{
    /// <summary>What is there before, made by an engine that ends well.</summary>
    public Func<StorageClient, Task> Setup { get; init; } = _ => Task.CompletedTask;

    /// <summary>What others did to the root after that.</summary>
    public Action<StorageRoot> Damage { get; init; } = _ => { };

    /// <summary>What the engine that dies did before.</summary>
    public Func<StorageClient, Task> Before { get; init; } = _ => Task.CompletedTask;

    /// <summary>Whether a step changes several records, one after the other: each is then as before or as after it.
    /// </summary>
    public bool IsLong { get; init; }

    /// <summary>Whether the opening of the root is counted as well.</summary>
    public bool CountsOpening { get; init; }

    /// <summary>Whether something is damaged or in the middle of a change until the last step is done: then only what
    /// is recorded is looked at before.</summary>
    public bool IsWholeAtTheEnd { get; init; }

    /// <summary>Whether a crash may leave layers that nothing needs, which <c>check -r</c> removes after a day.
    /// </summary>
    public bool MayLeaveLayers { get; init; }

    public override string ToString() => Name;
}
