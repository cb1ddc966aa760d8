// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>The words for a failure, where they differ from what the engine says.</summary>
internal static class FailureWords
{
    public const string LayerNotKnown = "layer not known";
    public const string NotALayer = "identifier is not a layer";
    public const string NotAnything = "identifier is not a layer, image, or container";

    public static string Of(StorageException failure) => Of(failure.Error);

    public static string Of(StorageError error) => error switch
    {
        { Kind: StorageErrorKind.Locked, Holder: { } holder } => Held(error.Message, holder.ToString()),
        _ => error.Message,
    };

    /// <summary>Who is in the way is the one thing a person needs to know here.</summary>
    private static string Held(string message, string holder) =>
        message.Contains(holder, StringComparison.Ordinal) ? message : $"{message}: held by {holder}";
}
