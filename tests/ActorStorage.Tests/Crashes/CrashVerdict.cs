// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Actor;

namespace ActorStorage.Tests.Crashes;

/// <summary>Looks at a root on which an engine died, as those who come next, ours or the Go tool.</summary>
internal sealed class CrashVerdict(ActorSystem system, CrashTrial trial, WholeRun whole, Death death)
{
    // What a step may meet that was done already when it is asked for again.
    private static readonly StorageErrorKind[] Done =
        [StorageErrorKind.AlreadyExists, StorageErrorKind.NotFound, StorageErrorKind.NameTaken];

    private CrashOperation Operation => trial.Operation;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public async Task<string?> FaultAsync(CrashedRoot crashed, bool goFirst)
    {
        try
        {
            await JudgeAsync(crashed, goFirst);
            return null;
        }
        catch (Exception fault) when (fault is StorageException or Xunit.Sdk.XunitException)
        {
            return fault.Message;
        }
    }

    private async Task JudgeAsync(CrashedRoot crashed, bool goFirst)
    {
        var (root, acknowledged) = (crashed.Root, crashed.Acknowledged);
        StoreLeftovers.LongAgo(root);
        if (goFirst) await Tool.GoNewest.MustAsync(root, "layers");
        await using (var engine = await CrashEngine.StartAsync(system, trial.SettingsOf(root)))
        {
            await JudgeStateAsync(engine.Client, acknowledged);
            if (!Operation.IsWholeAtTheEnd) await LayersAreWholeAsync(engine.Client);
        }
        if (!Operation.IsWholeAtTheEnd) await NothingIsWrongAsync(root);
        await using (var engine = await CrashEngine.StartAsync(system, trial.SettingsOf(root)))
        {
            await FinishAsync(engine.Client, acknowledged);
            await LayersAreWholeAsync(engine.Client);
            await engine.Client.CollectGarbageAsync();
        }
        await NothingIsWrongAsync(root);
        StoreLeftovers.None(root, await RecordsAsync(root));
    }

    private async Task JudgeStateAsync(StorageClient client, int acknowledged)
    {
        var now = await StoreState.OfAsync(client);
        var before = StateAfter(acknowledged);
        var after = StateAfter(Math.Min(acknowledged + 1, Operation.Steps.Count));
        if (Operation.IsLong ? now.IsBetween(before, after) : now.Equals(before) || now.Equals(after)) return;
        Assert.Fail($"{acknowledged} steps were acknowledged, and there is\n{now}\nneither\n{before}\nnor\n{after}");
    }

    private StoreState StateAfter(int steps) =>
        death == Death.PowerCut ? whole.States[steps].WithoutMounts() : whole.States[steps];

    /// <summary>What was not acknowledged is asked for again, and the rest for the first time.</summary>
    private async Task FinishAsync(StorageClient client, int acknowledged)
    {
        for (var step = acknowledged; step < Operation.Steps.Count; step++)
        {
            try
            {
                await Operation.Steps[step](client);
            }
            catch (StorageException refused) when (step == acknowledged && Done.Contains(refused.Kind))
            {
                // It was done when the engine died, or as much of it as is in the way.
            }
        }
        if (Operation.MayLeaveLayers) await CrashOperations.RepairAsync(client, ageMax: TimeSpan.Zero);
        var now = (await StoreState.OfAsync(client)).WithoutMounts();
        var wanted = whole.States[^1].WithoutMounts();
        if (!now.Equals(wanted)) Assert.Fail($"asked for again there is\n{now}\nand not\n{wanted}");
    }

    /// <summary>Every layer gives the archive that is recorded, and can be mounted.</summary>
    private static async Task LayersAreWholeAsync(StorageClient client)
    {
        foreach (var layer in await client.ListLayersAsync())
        {
            if (layer.DiffDigest is { } recorded) Assert.Equal(recorded, await DigestAsync(client, layer));
            if (layer.Parent is null || await client.MountCountAsync(layer.Id.Value) > 0) continue;
            await client.MountLayerAsync(layer.Id.Value);
            await client.UnmountLayerAsync(layer.Id.Value);
        }
    }

    private static async Task<Digest> DigestAsync(StorageClient client, LayerRecord layer)
    {
        using var archive = new MemoryStream();
        await client.DiffAsync(layer.Id.Value, archive, Compression.None);
        return Digest.Sha256(SHA256.HashData(archive.GetBuffer().AsSpan(0, (int)archive.Length)));
    }

    private async Task NothingIsWrongAsync(StorageRoot root)
    {
        var check = await Tool.GoNewest.RunAsync(root, "check");
        Assert.True(check.ExitCode == 0 && check.Output.Length == 0, $"the root is damaged\n{check}");
        Assert.Empty(root.Leftovers());
        await using var engine = await CrashEngine.StartAsync(system, trial.SettingsOf(root));
        var report = await engine.Client.CheckAsync(CheckOptions.Default);
        Assert.True(report.IsClean && report.StorageLayers.IsEmpty, $"our check finds {report}");
        Assert.Equal(
            (await LayerList.IdsAsync(Tool.GoNewest, root)).Order(StringComparer.Ordinal),
            (await engine.Client.ListLayersAsync()).Select(layer => layer.Id.Value).Order(StringComparer.Ordinal));
    }

    private async Task<StoreRecords> RecordsAsync(StorageRoot root)
    {
        await using var engine = await CrashEngine.StartAsync(system, trial.SettingsOf(root));
        return (await engine.Client.ListAllAsync()).Records;
    }
}
