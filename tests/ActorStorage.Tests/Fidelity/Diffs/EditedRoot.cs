// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// A root with a layer, two children of it, a container on one of them and two equal layers on top of that, all with
/// random edits: so there is no archive to give back.
/// </summary>
internal sealed class EditedRoot(string driver, int seed) : IAsyncDisposable
{
    public const string Base = "base";
    public const string Left = "left";
    public const string Right = "right";
    public const string OurTwin = "our-twin";
    public const string TheirTwin = "their-twin";
    private const string ContainerName = "container";

    private readonly EngineRoot _engine = new(driver);

    public StorageRoot Root => _engine.Root;

    public StorageClient Client { get; private set; } = null!;

    /// <summary>The container's layer. The container is mounted when the seed is even.</summary>
    public string Container { get; private set; } = "";

    public async Task MakeAsync()
    {
        Client = await _engine.StartAsync();
        await Client.PutLayerAsync(EngineRoot.Empty(Base));
        await EditAsync(Base, 60);
        await Client.PutLayerAsync(EngineRoot.Empty(Left, Base));
        await EditAsync(Left, 15);
        await Client.PutLayerAsync(EngineRoot.Empty(Right, Base));
        await EditAsync(Right, 15);
        foreach (var twin in (string[])[OurTwin, TheirTwin])
        {
            await Client.PutLayerAsync(EngineRoot.Empty(twin, Left));
            await EditAsync(twin, 10, sameAs: OurTwin);
        }
        await Client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = Left });
        var container = await Client.CreateContainerAsync(
            new NewContainer { Id = new ContainerId(ContainerName), Image = "image" });
        Container = container.Layer!.Value.Value;
        new RandomEdits(await Client.MountAsync(ContainerName), seed + 4000).Make(15);
        if (seed % 2 == 1) await Client.UnmountAsync(ContainerName);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task EditAsync(string layer, int count, string? sameAs = null)
    {
        var offset = (sameAs ?? layer) switch
        {
            Base => 0,
            Left => 1000,
            Right => 2000,
            _ => 3000,
        };
        new RandomEdits(await Client.MountLayerAsync(layer), seed + offset).Make(count);
        await Client.UnmountLayerAsync(layer);
    }
}
