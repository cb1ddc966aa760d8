// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Faults;
using ActorStorage.Tests.Faults;
using Akka.Actor;

namespace ActorStorage.Tests.Crashes;

/// <summary>How an engine ends in the middle of its work.</summary>
internal enum Death
{
    /// <summary>The process alone: the kernel keeps what it did.</summary>
    Killed,

    /// <summary>The machine: see <see cref="CrashingDisk"/>.</summary>
    PowerCut,
}

/// <summary>What an operation does when nothing comes in between.</summary>
/// <param name="States">Of the store: before it, and after each of its steps.</param>
/// <param name="Effects">On the disk, up to the end of the engine.</param>
internal sealed record WholeRun(IReadOnlyList<StoreState> States, IReadOnlyList<DiskEffect> Effects)
{
    /// <summary>How many effects were durable when the last step was acknowledged.</summary>
    public int DurableEffects { get; init; }
}

/// <summary>A root on which an engine died.</summary>
/// <param name="Acknowledged">How many steps were.</param>
/// <param name="Last">The effect that did not happen any more; null when all of them did.</param>
internal sealed record CrashedRoot(StorageRoot Root, int Acknowledged, DiskEffect? Last);

/// <summary>
/// One operation: its root is made once and copied for each run, which is stopped at some effect.
/// </summary>
/// <param name="template">The root, which is disposed of with this; empty, or what an earlier crash left.</param>
internal sealed class CrashTrial(ActorSystem system, CrashOperation operation, StorageRoot template)
    : IAsyncDisposable
{

    public CrashOperation Operation => operation;

    public FlushMode Flush { get; init; }

    public StorageSettings SettingsOf(StorageRoot root) =>
        StorageSettings.From(new StoragePaths(root.Graph, root.Run, root.Driver)) with { Flush = Flush };

    /// <summary>Makes the root, and runs the operation to its end on a copy.</summary>
    public async Task<WholeRun> PrepareAsync()
    {
        if (!operation.CountsOpening)
        {
            await using (var engine = await CrashEngine.StartAsync(system, SettingsOf(template)))
            {
                await operation.Setup(engine.Client);
                await engine.Client.ShutdownAsync();
            }
            operation.Damage(template);
        }
        await using var root = await CopyAsync();
        using var disk = new CrashingDisk();
        var states = new List<StoreState>();
        int durableEffects;
        if (operation.CountsOpening) disk.Record();
        await using (var engine = await CrashEngine.StartAsync(system, SettingsOf(root), disk))
        {
            await operation.Before(engine.Client);
            disk.Record();
            states.Add(await StoreState.OfAsync(engine.Client));
            foreach (var step in operation.Steps)
            {
                await step(engine.Client);
                states.Add(await StoreState.OfAsync(engine.Client));
            }
            durableEffects = disk.DurableEffects;
        }
        return new WholeRun(states, disk.Effects) { DurableEffects = durableEffects };
    }

    /// <summary>Runs the operation on a copy of the root until an effect, where it dies.</summary>
    /// <param name="stopAt">The number of the effect; beyond the last one it ends well.</param>
    public async Task<CrashedRoot> CrashAsync(int stopAt, Death death)
    {
        using var disk = new CrashingDisk { StopAt = stopAt };
        return await CrashAsync(disk, death);
    }

    /// <param name="disk">Says itself where it stops.</param>
    /// <inheritdoc cref="CrashAsync(int, Death)"/>
    public async Task<CrashedRoot> CrashAsync(CrashingDisk disk, Death death)
    {
        var root = await CopyAsync();
        if (operation.CountsOpening) disk.Record();
        var acknowledged = 0;
        await using (var engine = CrashEngine.Begin(system, SettingsOf(root), disk))
        {
            try
            {
                await engine.Client.OpenAsync();
                await operation.Before(engine.Client);
                disk.Record();
                foreach (var step in operation.Steps)
                {
                    await step(engine.Client);
                    // An answer of the dead does not count.
                    if (disk.HasStopped) break;
                    acknowledged++;
                }
            }
            catch (StorageException) when (disk.HasStopped)
            {
            }
        }
        disk.CloseHandles();
        if (death == Death.PowerCut) await CutPowerAsync(root, disk);
        return new CrashedRoot(root, acknowledged, disk.HasStopped ? disk.Effects[^1] : null);
    }

    public async ValueTask DisposeAsync() => await template.DisposeAsync();

    private static async Task CutPowerAsync(StorageRoot root, CrashingDisk disk)
    {
        await Mounts.UnmountBelowAsync(root.Directory);
        disk.Forget();
        if (Directory.Exists(root.Run)) Directory.Delete(root.Run, recursive: true);
    }

    private async Task<StorageRoot> CopyAsync()
    {
        var copy = new StorageRoot(template.Driver);
        string[] roots = [.. new[] { template.Graph, template.Run }.Where(Directory.Exists)];
        if (roots.Length > 0) (await Command.RunAsync("cp", ["--archive", .. roots, copy.Directory])).Succeeded();
        return copy;
    }
}
