// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>dedup: equal files of layers share their bytes on disk, where the file system can do that.</summary>
internal static class DedupCommand
{
    public static async Task<int> Run(CommandContext context)
    {
        var hash = DedupHashName.Parse(context.Options.Text(CommandOptions.HashMethod));
        var shared = await context.Client.DeduplicateAsync(hash, context.Cancellation);
        if (context.Json) context.Terminal.Json(new GoJson().Open('{').Key("Deduped").Value(shared).Close('}'));
        else context.Terminal.OutLine($"Deduplicated {shared} bytes");
        return 0;
    }
}
