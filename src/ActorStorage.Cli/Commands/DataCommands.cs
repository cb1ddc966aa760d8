// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>list-, get- and set-*-data, and what is known of an item: named data that layers, images and containers
/// carry.</summary>
internal static class DataCommands
{
    public static async Task<int> List(CommandContext context, DataOwner owner)
    {
        var keys = await owner.KeysAsync(context, context.Arguments[0]);
        if (context.Json) context.Terminal.Json(GoJson.Of(keys, absentWhenEmpty: true));
        else foreach (var key in keys) context.Terminal.OutLine(key);
        return 0;
    }

    public static async Task<int> Get(CommandContext context, DataOwner owner)
    {
        var (item, key) = (context.Arguments[0], context.Arguments[1]);
        var file = context.Options.Text(CommandOptions.OutputFile);
        // The file is made first, and stays behind empty when the item is missing: scripts may rely on it.
        await using var target = file.Length > 0 ? InputFiles.Create(file) : null;
        var bytes = await owner.GetAsync(context, item, key);
        (target ?? context.Terminal.OutputBytes()).Write(bytes.Span);
        return 0;
    }

    public static async Task<int> Set(CommandContext context, DataOwner owner)
    {
        var (item, key) = (context.Arguments[0], context.Arguments[1]);
        var file = context.Options.Text(CommandOptions.InputFile);
        var bytes = await InputFiles.ReadAllAsync(file, context.Cancellation);
        if (key.Length == 0)
        {
            throw new StorageException(
                StorageErrorKind.Invalid,
                $"can't set empty name for {owner.Kind} big data item: not a valid name for a big data item");
        }
        await owner.SetAsync(context, item, key, bytes);
        return 0;
    }

    public static async Task<int> Size(CommandContext context, DataOwner owner)
    {
        var (size, _) = await owner.MeasureAsync(context, context.Arguments[0], context.Arguments[1]);
        context.Terminal.OutLine($"{size ?? throw Unknown("size is not known")}");
        return 0;
    }

    public static async Task<int> Digest(CommandContext context, DataOwner owner)
    {
        var (_, digest) = await owner.MeasureAsync(context, context.Arguments[0], context.Arguments[1]);
        context.Terminal.OutLine($"{digest ?? throw Unknown("could not compute digest of item")}");
        return 0;
    }

    private static StorageException Unknown(string words) => new(StorageErrorKind.NotFound, words);
}
