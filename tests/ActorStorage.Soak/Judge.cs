// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Tests.Crashes;

namespace ActorStorage.Soak;

/// <summary>
/// Looks at the root while nobody works, as our engine and as the Go tool, and compares it with the ledger. What it
/// does for others goes by turns to ours and to the Go tool.
/// </summary>
internal sealed class Judge(StorageRoot root, Ledger ledger, Figures figures)
{
    private static readonly Tool Go = Tool.GoNewest;
    private const int WritersSaid = 40;
    private int _turn;

    /// <param name="containersRead">In how many containers the written files are compared.</param>
    /// <param name="isHostAlive">An engine that lives has a place to stage in, which is nobody's leftover.</param>
    public async Task LookAsync(int containersRead, bool isHostAlive = false)
    {
        StoreLeftovers.LongAgo(root);
        await TryAsync(NextTool(), "layers");
        await TryAsync(Tool.Ours, "layers");
        await FinishAsync();
        await UnmountAsync();
        await CompareAsync();
        foreach (var left in isHostAlive ? [] : root.Leftovers()) figures.Find("left over", left);
        var collector = NextTool();
        foreach (var tool in (Tool[])[Tool.Ours, Go]) await CheckAsync(tool);
        await TryAsync(collector, "gc");
        // The Go tools leave documents that a killed process was writing.
        if (collector != Tool.Ours) await TryAsync(Tool.Ours, "gc");
        await NothingWithoutRecordAsync(collector);
        await CompareFilesAsync(containersRead);
        ledger.EndDoubts();
    }

    /// <summary>After the last look: everybody lets go of the store.</summary>
    public async Task EndAsync()
    {
        await TryAsync(Tool.Ours, "shutdown");
        foreach (var point in Mounts.Below(root.Directory)) figures.Find("still mounted", point);
    }

    /// <summary>What a killed process may have left by half is asked for again.</summary>
    private async Task FinishAsync()
    {
        foreach (var doubt in ledger.Doubted.Where(doubt => doubt.Work.IsFinishedByRepeating))
        {
            var tool = NextTool();
            var outcome = await tool.RunAsync(root, doubt.Work.Arguments());
            figures.Count("asked for again after a kill", $"{tool.Name}, {doubt.Work.Verb}");
            // The record went and something below it did not, or all of it did.
            if (outcome.ExitCode == 0) ledger.Settle(doubt);
            else if (doubt.Work.Verb == "applydiff") figures.Find("refused", $"again: {outcome}");
        }
    }

    /// <summary>Everything that is mounted, as often as it is counted.</summary>
    private async Task UnmountAsync()
    {
        var mounts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (container, count) in await MountsAsync())
        {
            mounts[$"mount/{container}"] = $"{count}";
            for (var i = 0; i < count; i++) await TryAsync(NextTool(), "unmount", container);
        }
        Lost(ledger.Compare(mounts, key => key.StartsWith("mount/", StringComparison.Ordinal)), "ours");
        foreach (var fact in ledger.Facts.Keys.Where(key => key.StartsWith("mount/", StringComparison.Ordinal)))
            ledger.Record("judge", new Work("unmount", fact), [new(fact, null)], Ending.Done);
        // Mounted and not counted, when a process died in between: unmounting by force takes it.
        foreach (var doubt in ledger.Doubted.Where(doubt => doubt.Work.Verb is "mount" or "unmount"))
            await NextTool().RunAsync(root, "unmount", "--force", doubt.Work.Item);
        var trees = Mounts.Below(root.Overlay).Where(point => point != root.Overlay).ToArray();
        foreach (var point in trees) figures.Find("still mounted", point);
    }

    private async Task<IReadOnlyList<(string Container, long Count)>> MountsAsync()
    {
        await using var engine = await StartAsync();
        var all = await engine.Client.ListAllAsync();
        var containers = all.Records.Containers.Where(each => each.Layer is not null)
            .ToDictionary(each => each.Layer!.Value, each => each.Id.Value);
        return [.. all.Mounts.Select(mount => (
            containers.GetValueOrDefault(mount.Layer) ?? mount.Layer.Value, mount.Count))];
    }

    private async Task CompareAsync()
    {
        View ours;
        await using (var engine = await StartAsync()) ours = await View.OfOursAsync(engine.Client);
        var theirs = await View.OfGoAsync(Go, root);
        foreach (var (key, value) in ours.Seen.Except(theirs.Seen))
            figures.Find("seen differently", $"{key} is {value} for us only");
        foreach (var (key, value) in theirs.Seen.Except(ours.Seen))
            figures.Find("seen differently", $"{key} is {value} for the Go tool only");
        // Ids that nobody knows before are layers of containers, and what buildah's family makes.
        var known = ours.Seen.Where(each => IsNamed(each.Key) || ledger.Knows(each.Key.Split('/')[1])).ToDictionary();
        Lost(ledger.Compare(known, IsSeen), "all");
        foreach (var layer in ours.Unneeded.Where(layer => !ledger.Has($"layer/{layer}")))
        {
            figures.Count("layers that a kill left without need", "deleted");
            if (ledger.Doubted.Count == 0) figures.Find("a layer that nothing needs", layer);
            await TryAsync(NextTool(), "delete-layer", layer);
        }
    }

    private static bool IsNamed(string key) =>
        key.StartsWith("named/", StringComparison.Ordinal) || key.StartsWith("built/", StringComparison.Ordinal);

    private static bool IsSeen(string key) => IsNamed(key)
        || (!key.StartsWith("mount/", StringComparison.Ordinal) && !key.Contains("/file/", StringComparison.Ordinal));

    private async Task CheckAsync(Tool tool)
    {
        var check = await tool.RunAsync(root, "check");
        figures.Count("checks", tool.Name);
        if (check.ExitCode == 0 && check.Output.Length == 0) return;
        figures.Find($"check of {tool.Name}", $"{check}");
    }

    private async Task NothingWithoutRecordAsync(Tool collector)
    {
        await using var engine = await StartAsync();
        var records = (await engine.Client.ListAllAsync()).Records;
        try
        {
            StoreLeftovers.None(root, records);
        }
        catch (Xunit.Sdk.XunitException fault)
        {
            figures.Find("files without a record", $"after gc of {collector}: {fault.Message}");
        }
    }

    /// <summary>What was written into mounted containers.</summary>
    private async Task CompareFilesAsync(int containersMax)
    {
        ledger.ForgetFilesOfTheGone();
        var containers = ledger.Facts.Keys.Where(key => key.Contains("/file/", StringComparison.Ordinal))
            .Select(key => key.Split('/')[1]).Distinct().Take(containersMax).ToArray();
        foreach (var container in containers)
        {
            var tool = NextTool();
            var mount = await tool.RunAsync(root, "mount", container);
            if (mount.ExitCode != 0)
            {
                figures.Find("cannot be mounted", $"{mount}");
                continue;
            }
            var prefix = $"container/{container}/file/";
            var files = Directory.EnumerateFiles(mount.Output.Trim(), "written-*").ToDictionary(
                file => prefix + Path.GetFileName(file),
                file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
            Lost(ledger.Compare(files, key => key.StartsWith(prefix, StringComparison.Ordinal)), tool.Name);
            await TryAsync(tool, "unmount", container);
        }
    }

    private void Lost(IEnumerable<string> lost, string seenBy)
    {
        foreach (var each in lost)
        {
            figures.Find("lost update", $"{each} (seen by {seenBy})");
            foreach (var line in ledger.LastOf(each.Split('/')[1], WritersSaid)) figures.Say($"  {line}");
        }
    }

    private async Task TryAsync(Tool tool, params string[] arguments)
    {
        var outcome = await tool.RunAsync(root, arguments);
        if (outcome.ExitCode != 0) figures.Find("refused", $"at rest: {outcome}");
    }

    private Tool NextTool() => _turn++ % 2 == 0 ? Tool.Ours : Go;

    private Task<StorageEngine> StartAsync() =>
        StorageEngine.StartAsync(StorageSettings.From(new StoragePaths(root.Graph, root.Run)));
}
