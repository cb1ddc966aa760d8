// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Stores;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>import-layers: the command that this program is for. Many files are staged at once.</summary>
internal static class ImportLayersCommand
{
    // Each has a thread and buffers of its own; no disk gets faster by more.
    private const int JobsMax = 1024;

    public static async Task<int> Run(CommandContext context)
    {
        var options = context.Options;
        var stagers = Stagers(options.Text(CommandOptions.Jobs));
        var parent = options.Text(CommandOptions.Parent);
        var items = LayerImport.Plan(
            context.Arguments, options.List(CommandOptions.FileName), parent.Length > 0 ? parent : null,
            options.Flag(CommandOptions.Chain));

        using var store = StoreOpening.Open(
            context, settings => settings with { StagersMax = stagers });
        IReadOnlyList<LayerImportOutcome> outcomes;
        await using (var progress = new ImportProgress(
            context.Terminal, context.Arguments, options.Flag(CommandOptions.NoProgress)))
        {
            outcomes = await LayerImport.RunAsync(store.Client, items, stagers, progress, context.Cancellation);
        }
        Print(context, outcomes);
        return outcomes.All(outcome => outcome.Failure.Length == 0) ? 0 : 1;
    }

    private static int Stagers(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new StorageException(StorageErrorKind.Invalid, $"--jobs: invalid number {Quoted.Text(text)}");
        }
        if (number > JobsMax)
        {
            throw new StorageException(StorageErrorKind.Invalid, $"--jobs: {number} is more than {JobsMax}");
        }
        return number > 0 ? number : Environment.ProcessorCount;
    }

    private static void Print(CommandContext context, IReadOnlyList<LayerImportOutcome> outcomes)
    {
        foreach (var (item, failure) in outcomes)
        {
            if (failure.Length > 0) context.Terminal.ErrorLine($"{item.File}: {failure}");
        }
        var succeeded = outcomes.Where(outcome => outcome.Failure.Length == 0);
        List<string> ids = [.. succeeded.Select(done => done.Item.Id.Value)];
        if (context.Options.Flag(CommandOptions.JsonOnlyLong))
        {
            context.Terminal.Json(GoJson.Of(ids, absentWhenEmpty: false));
            return;
        }
        foreach (var id in ids) context.Terminal.OutLine(id);
    }
}
