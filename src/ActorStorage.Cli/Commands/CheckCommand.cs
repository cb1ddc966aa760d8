// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;
using Findings = System.Collections.Immutable.ImmutableSortedDictionary<
    string, System.Collections.Immutable.ImmutableArray<string>>;

namespace ActorStorage.Cli.Commands;

/// <summary>check: what is recorded against what is there, and on demand the deletion of what is damaged.</summary>
internal static class CheckCommand
{
    public static async Task<int> Run(CommandContext context)
    {
        var options = Options(context.Options);
        var force = context.Options.Flag(CommandOptions.ForceRepair);
        var repair = force || context.Options.Flag(CommandOptions.Repair);
        try
        {
            var report = await context.Client.CheckAsync(options, context.Cancellation);
            if (context.Json) PrintJson(context.Terminal, report);
            else PrintPlain(context.Terminal, report);
            if (!repair && report.IsClean) return 0;
            if (!repair) throw Failure(Counts(report));
            await RepairCommand.RunAsync(context, report, force);
            if (report.IsReadOnlyClean && (force || report.Containers.IsEmpty)) return 0;
            throw Failure(CountsLeft(report, force));
        }
        finally
        {
            await StoreCommands.LeaveAsync(context);
        }
    }

    private static CheckOptions Options(OptionValues options)
    {
        var text = options.Text(CommandOptions.AgeMax);
        if (GoDuration.Parse(text) is { } age) return new CheckOptions(age, options.Flag(CommandOptions.QuickCheck));
        throw new StorageException(StorageErrorKind.Invalid, $"time: invalid duration {Quoted.Text(text)}");
    }

    private static void PrintPlain(Terminal terminal, CheckReport report)
    {
        PrintPlain(terminal, "layer", report.Layers);
        PrintPlain(terminal, "read-only layer", report.ReadOnlyLayers);
        PrintPlain(terminal, "image", report.Images);
        PrintPlain(terminal, "read-only image", report.ReadOnlyImages);
        PrintPlain(terminal, "container", report.Containers);
    }

    private static void PrintPlain(Terminal terminal, string kind, Findings findings)
    {
        foreach (var (id, lines) in findings)
        {
            terminal.OutLine($"{kind} {id}:");
            foreach (var line in lines) terminal.OutLine($" {line}");
        }
    }

    private static void PrintJson(Terminal terminal, CheckReport report)
    {
        var json = new GoJson().Open('{');
        Json(json.Key("Layers"), report.Layers);
        Json(json.Key("ROLayers"), report.ReadOnlyLayers);
        Json(json.Key("Images"), report.Images);
        Json(json.Key("ROImages"), report.ReadOnlyImages);
        Json(json.Key("Containers"), report.Containers);
        terminal.Json(json.Close('}'));
    }

    /// <summary>An error of Go has no fields of its own, so its JSON says nothing: only their number counts.</summary>
    private static void Json(GoJson json, Findings findings)
    {
        json.Open('{');
        foreach (var (id, lines) in findings)
        {
            json.Key(id).Open('[');
            foreach (var _ in lines) json.Open('{').Close('}');
            json.Close(']');
        }
        json.Close('}');
    }

    private static string Counts(CheckReport report) =>
        $"{report.Layers.Count} layer errors, {report.ReadOnlyLayers.Count} read-only layer errors, " +
        $"{report.Images.Count} image errors, {report.ReadOnlyImages.Count} read-only image errors, " +
        $"{report.Containers.Count} container errors";

    /// <summary>What no repair touches; containers are among it unless they were to go.</summary>
    private static string CountsLeft(CheckReport report, bool force)
    {
        var readOnly = $"{report.ReadOnlyLayers.Count} read-only layer errors, " +
            $"{report.ReadOnlyImages.Count} read-only image errors";
        return force ? readOnly : $"{readOnly}, {report.Containers.Count} container errors";
    }

    private static StorageException Failure(string message) => new(StorageErrorKind.Corrupt, message);
}
