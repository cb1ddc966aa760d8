// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>The words for a failure, where they differ from what the engine says.</summary>
internal static class FailureWords
{
    public const string LayerNotKnown = "layer not known";
    public const string ContainerNotKnown = "container not known";
    public const string NotALayer = "identifier is not a layer";
    public const string NotAnImage = "identifier is not an image";
    public const string NotAContainer = "identifier is not a container";
    public const string NotAnything = "identifier is not a layer, image, or container";

    public static string ImageNotKnown(string image) =>
        $"locating image with ID {Quoted.Text(image)}: image not known";

    public static string Of(StorageException failure) => Of(failure.Error);

    public static string Of(StorageError error) => error switch
    {
        { Kind: StorageErrorKind.Locked, Holder: { } holder } => Held(error.Message, holder.ToString()),
        _ => error.Message,
    };

    /// <summary>Whether nothing answers to what was asked for, as opposed to a file that is missing.</summary>
    public static bool IsNotKnown(StorageException failure) =>
        failure.Error is { Kind: StorageErrorKind.NotFound, Path: null };

    /// <summary>The words for one of several arguments that failed; the empty text when it went well.</summary>
    /// <param name="unknown">What to say when nothing answers to the argument; null for what the engine says.</param>
    public static async Task<string> OfAsync(Func<Task> action, string? unknown = null)
    {
        try
        {
            await action();
            return "";
        }
        catch (StorageException failure) when (unknown is not null && IsNotKnown(failure))
        {
            return unknown;
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            return Of(failure);
        }
    }

    /// <summary>Who is in the way is the one thing a person needs to know here.</summary>
    private static string Held(string message, string holder) =>
        message.Contains(holder, StringComparison.Ordinal) ? message : $"{message}: held by {holder}";
}
