// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>get-names, add-names, remove-names and set-names. Of several arguments only the first counts.</summary>
internal static class NameCommands
{
    public static async Task<int> GetNames(CommandContext context)
    {
        var item = await context.Client.LookupAsync(context.Arguments[0], context.Cancellation) ?? throw NotKnown(null);
        if (context.Json) context.Terminal.Json(GoJson.Of(item.Names, absentWhenEmpty: false));
        else foreach (var name in item.Names) context.Terminal.OutLine(name);
        return 0;
    }

    public static Task<int> AddNames(CommandContext context) => ChangeAsync(context, NamesChange.Add);

    public static Task<int> RemoveNames(CommandContext context) => ChangeAsync(context, NamesChange.Remove);

    public static Task<int> SetNames(CommandContext context) => ChangeAsync(context, NamesChange.Set);

    private static async Task<int> ChangeAsync(CommandContext context, NamesChange change)
    {
        var given = context.Options.List(CommandOptions.Name);
        try
        {
            var names = await context.Client.ChangeNamesOfAnyAsync(
                context.Arguments[0], change, given, context.Cancellation);
            if (context.Json) context.Terminal.Json(GoJson.Of(names, absentWhenEmpty: true));
            return 0;
        }
        catch (StorageException failure) when (FailureWords.IsNotKnown(failure))
        {
            throw NotKnown(failure);
        }
    }

    /// <summary>Whatever it might have been, it is a layer that scripts hear of.</summary>
    private static StorageException NotKnown(StorageException? failure) =>
        new(StorageErrorKind.NotFound, FailureWords.LayerNotKnown, path: null, failure);
}
