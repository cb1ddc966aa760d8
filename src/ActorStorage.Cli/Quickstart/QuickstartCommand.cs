// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Cli.Commands;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Parsing;
using ActorStorage.Cli.Stores;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Quickstart;

/// <summary>quickstart: the main job on this machine's own files, from nothing to a mounted chain of layers.</summary>
internal sealed class QuickstartCommand
{
    private const int NamesShown = 12;
    private readonly CommandContext _context;
    private readonly QuickstartRoot _root;
    private readonly Terminal _terminal;

    private QuickstartCommand(CommandContext context, QuickstartRoot root) =>
        (_context, _root, _terminal) = (context, root, context.Terminal);

    public static async Task<int> Run(CommandContext context)
    {
        if (Syscall.geteuid() != 0)
        {
            context.Terminal.ErrorLine("quickstart: run it as root, who may mount layers and own what is in them");
            return 1;
        }
        var keep = context.Options.Flag(CommandOptions.Keep);
        var root = new QuickstartRoot(context.FirstOrNull);
        try
        {
            return await new QuickstartCommand(context, root).RunAsync(keep);
        }
        finally
        {
            if (!keep) root.Delete();
        }
    }

    private async Task<int> RunAsync(bool keep)
    {
        var tarballs = await MakeTarballsAsync();
        using var store = StoreOpening.Open(
            _context, settings => settings with { StagersMax = Environment.ProcessorCount },
            new StoreOptions(_root.GraphRoot, _root.RunRoot, DriverChoice.Overlay, []));
        var exitCode = 1;
        try
        {
            exitCode = await UseAsync(store.Client, tarballs);
            return exitCode;
        }
        finally
        {
            if (keep && exitCode == 0) SayWhatIsKept();
            else if (!keep) await CleanUpAsync(store.Client);
        }
    }

    private async Task<IReadOnlyList<string>> MakeTarballsAsync()
    {
        Say($"Making tarballs of this machine's own directories in {_root.Tarballs}");
        var started = Stopwatch.GetTimestamp();
        var slices = SampleTarballs.Choose(_context.Cancellation);
        var paths = new string[slices.Count];
        await Parallel.ForAsync(0, slices.Count, _context.Cancellation, (i, cancellation) =>
        {
            // Every other one is compressed: both kinds come in daily life.
            var gzip = i % 2 == 0;
            paths[i] = $"{_root.Tarballs}/{i + 1}{slices[i].Source.Replace('/', '-')}.tar{(gzip ? ".gz" : "")}";
            SampleTarballs.Write(slices[i], paths[i], gzip, cancellation);
            return ValueTask.CompletedTask;
        });
        foreach (var (slice, path) in slices.Zip(paths))
        {
            var (content, size) = (ProgressLine.Size(slice.SizeBytes), ProgressLine.Size(new FileInfo(path).Length));
            var name = Path.GetFileName(path);
            _terminal.OutLine($"  {name,-44} {slice.Paths.Count,6} entries {content,10} -> {size,10}");
        }
        var total = slices.Sum(slice => slice.SizeBytes);
        _terminal.OutLine($"  {slices.Count} tarballs of {ProgressLine.Size(total)}, {Seconds(started)}");
        return paths;
    }

    private async Task<int> UseAsync(StorageClient client, IReadOnlyList<string> tarballs)
    {
        if (await ImportAsync(client, tarballs) is not { } top) return 1;
        if (!await MountAndListAsync(client, top)) return 1;
        Say("What the locks of the root saw");
        _terminal.Out(LockTable.Render(await client.LockStatisticsAsync(_context.Cancellation)));
        SayWhatNext();
        return 0;
    }

    /// <summary>The id of the top layer, or null when a file did not become one.</summary>
    private async Task<LayerId?> ImportAsync(StorageClient client, IReadOnlyList<string> tarballs)
    {
        Say($"Staging them {Environment.ProcessorCount} at a time into {_root.GraphRoot}, committing them as a chain");
        var started = Stopwatch.GetTimestamp();
        var items = LayerImport.Plan(tarballs, [], parent: null, chain: true);
        IReadOnlyList<LayerImportOutcome> outcomes;
        await using (var progress = new ImportProgress(_terminal, tarballs, quiet: !_terminal.ErrorIsTerminal))
        {
            outcomes = await LayerImport.RunAsync(
                client, items, Environment.ProcessorCount, progress, _context.Cancellation);
        }
        foreach (var (item, failure) in outcomes)
        {
            if (failure.Length > 0) _terminal.ErrorLine($"{item.File}: {failure}");
            else _terminal.OutLine($"  {item.Id.Value[..12]}  {Path.GetFileName(item.File)}");
        }
        if (outcomes.Any(outcome => outcome.Failure.Length > 0)) return null;
        var bytes = tarballs.Sum(path => new FileInfo(path).Length);
        _terminal.OutLine($"  {outcomes.Count} layers from {ProgressLine.Size(bytes)} of tarballs, {Seconds(started)}");
        return items[^1].Id;
    }

    private async Task<bool> MountAndListAsync(StorageClient client, LayerId top)
    {
        Say("Mounting the top layer");
        string path;
        try
        {
            path = await client.MountLayerAsync(top.Value, readOnly: false, mountLabel: null, _context.Cancellation);
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            _terminal.ErrorLine($"quickstart: overlay cannot be mounted here: {failure.Message}");
            _terminal.ErrorLine("Put the directory on ext4, xfs, btrfs or tmpfs; a container needs CAP_SYS_ADMIN;");
            _terminal.ErrorLine($"try another one: {UsageText.Program} quickstart DIR");
            return false;
        }
        _terminal.OutLine($"  {path}");
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        var names = Directory.EnumerateFiles(path, "*", options).Select(name => name[path.Length..]).ToList();
        foreach (var name in names.Where((_, i) => i % Math.Max(1, names.Count / NamesShown) == 0).Take(NamesShown))
        {
            _terminal.OutLine($"    {name}");
        }
        _terminal.OutLine($"  {names.Count} files of all layers in one tree");
        return true;
    }

    private void SayWhatNext()
    {
        Say("What to try next");
        _terminal.OutLine($"  {UsageText.Program} quickstart --keep DIR      leaves it all for you to look at");
        _terminal.OutLine($"  {UsageText.Program} -g DIR/root -R DIR/run layers -t");
        _terminal.OutLine("  containers-storage -g DIR/root -R DIR/run layers -t   the same root, read by the Go tool");
        _terminal.OutLine($"  {UsageText.Program} -g ROOT -R RUN import-layers --chain FILE...    your own tarballs");
    }

    private void SayWhatIsKept()
    {
        var store = $"{UsageText.Program} -g {_root.GraphRoot} -R {_root.RunRoot}";
        Say($"Kept: {_root.Path}, with the top layer mounted. To remove it");
        _terminal.OutLine($"  {store} wipe && {store} shutdown && rm -r {_root.Path}");
    }

    /// <summary>Runs also when the command was cancelled, so it must not be cancelled itself.</summary>
    private static async Task CleanUpAsync(StorageClient client)
    {
        await client.WipeAsync(CancellationToken.None);
        await client.ShutdownAsync(force: true, CancellationToken.None);
    }

    private void Say(string headline)
    {
        _terminal.OutLine($"\n{headline}");
        _terminal.Flush();
    }

    private static string Seconds(long started) => $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s";
}
