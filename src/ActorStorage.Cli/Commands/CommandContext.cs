// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Parsing;
using ActorStorage.Configuration;

namespace ActorStorage.Cli.Commands;

/// <summary>What a command works with.</summary>
/// <param name="Conf">The configuration that filled the options in, if it did.</param>
internal sealed record CommandContext(
    OptionValues Options, IReadOnlyList<string> Arguments, StorageConf? Conf, Terminal Terminal,
    CancellationToken Cancellation)
{
    private readonly StorageClient? _client;

    /// <summary>The open store. Commands that open one themselves have none here.</summary>
    public StorageClient Client
    {
        get => _client ?? throw new InvalidOperationException("this command opens its store itself");
        init => _client = value;
    }

    public bool Json => Options.Flag(CommandOptions.Json);

    /// <summary>The first argument, or null when there is none or it is empty.</summary>
    public string? FirstOrNull => Arguments.Count > 0 && Arguments[0].Length > 0 ? Arguments[0] : null;
}
