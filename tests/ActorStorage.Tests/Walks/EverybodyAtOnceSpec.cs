// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Walks;

/// <summary>
/// Every operation that spans stores, from sixteen callers of one engine and from Go processes in the same root at the
/// same time. A cycle of waits would end it by a request that is not answered in time.
/// </summary>
public sealed class EverybodyAtOnceSpec : IAsyncLifetime
{
    private const int Callers = 16;
    private const int GoWriters = 2;
    private const int Creations = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Everything.Else(15, all: 60));

    // What others may have done in between; anything else is a fault.
    private static readonly StorageErrorKind[] Expected =
    [
        StorageErrorKind.NotFound, StorageErrorKind.InUse, StorageErrorKind.HasChildren, StorageErrorKind.NameTaken,
        StorageErrorKind.AlreadyExists, StorageErrorKind.ParentUnknown,
    ];

    // They compete for four names: on a slow machine somebody may have bad luck for a while.
    private static readonly TimeSpan DurationMax = 6 * Duration;

    private readonly Stopwatch _clock = new();
    private readonly EngineRoot _engine = new();
    private readonly ConcurrentDictionary<string, int> _done = new();
    private StorageClient _client = null!;

    public async Task InitializeAsync() => _client = await _engine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [SkippableFact]
    [Trait("kind", "slow")]
    public async Task Should_neither_wait_for_ever_nor_leave_anything_half_done()
    {
        Tool.Require(Tool.GoNewest);
        _clock.Start();

        var callers = Enumerable.Range(0, Callers).Select(caller => CallAsync(caller));
        var writers = Enumerable.Range(0, GoWriters).Select(writer => WriteAsync(writer));
        await Task.WhenAll([.. callers, .. writers]);

        // Nobody was kept out all the time.
        var names = Enumerable.Range(0, Callers).Select(caller => $"caller-{caller}")
            .Concat(Enumerable.Range(0, GoWriters).Select(writer => $"go-{writer}"));
        Assert.All(names, name => Assert.True(_done.GetValueOrDefault(name) > 0, $"{name} has done nothing"));
        await AllHangsTogetherAsync();
        await _engine.StopAsync();
        await LayerList.CleanAsync(_engine.Root);
    }

    private bool IsOver => _clock.Elapsed > Duration
        && (_done.Count == Callers + GoWriters || _clock.Elapsed > DurationMax);

    private async Task CallAsync(int caller)
    {
        for (var round = 0; !IsOver; round++)
        {
            try
            {
                await RoundAsync($"{caller}-{round}", caller + round);
                _done.AddOrUpdate($"caller-{caller}", 1, (_, count) => count + 1);
            }
            catch (StorageException refused) when (Expected.Contains(refused.Kind))
            {
                // Somebody was faster.
            }
        }
    }

    /// <summary>An image on a chain of its own, a container, and what one does with them; others read, and the sixth of
    /// all rounds deletes something of somebody else.</summary>
    private async Task RoundAsync(string name, int kind)
    {
        var (@base, top) = ($"b-{name}", $"t-{name}");
        await _client.PutLayerAsync(EngineRoot.Empty(@base));
        await _client.PutLayerAsync(EngineRoot.Empty(top, @base));
        await _client.CreateImageAsync(new NewImage { Id = new ImageId($"i-{name}"), TopLayer = top });
        await _client.CreateContainerAsync(new NewContainer
        {
            Id = new ContainerId($"c-{name}"), Image = $"i-{name}", Names = [$"shared-{kind % 4}"],
        });
        await _client.MountAsync($"c-{name}");
        var all = await _client.ListAllAsync();
        await _client.ChangeNamesOfAnyAsync($"i-{name}", NamesChange.Add, ["latest"]);
        if (kind % 6 == 0 && all.Records.Containers.Count > 0)
            await _client.DeleteContainerAsync(all.Records.Containers[kind % all.Records.Containers.Count].Id.Value);
        await _client.GetImageSizeAsync($"i-{name}");
        await _client.GetContainerSizeAsync($"c-{name}");
        await _client.GetParentOwnersAsync($"c-{name}");
        await _client.UnmountAsync($"c-{name}");
        if (kind % 2 == 0)
        {
            foreach (var item in new[] { $"c-{name}", $"i-{name}", top, @base }) await _client.DeleteAnyAsync(item);
            return;
        }
        await _client.DeleteContainerAsync($"c-{name}");
        Assert.NotEmpty(await _client.DeleteImageAsync($"i-{name}", test: true));
        await _client.DeleteImageAsync($"i-{name}");
    }

    private async Task WriteAsync(int writer)
    {
        for (var round = 0; !IsOver; round++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"go-{writer}-{round}");
            string[][] steps =
            [
                ["create-layer", "-i", $"l-{name}"],
                ["create-image", "-i", $"i-{name}", $"l-{name}"],
                ["create-container", "-i", $"c-{name}", $"i-{name}"],
                ["mount", $"c-{name}"],
                ["unmount", $"c-{name}"],
                ["delete-container", $"c-{name}"],
                ["delete-image", $"i-{name}"],
            ];
            // A later step may fail because one of our callers has deleted the container: then the rest has nothing to
            // do. What is made of something that nobody else knows must be made.
            var made = 0;
            foreach (var step in steps)
            {
                var outcome = await Tool.GoNewest.RunAsync(_engine.Root, step);
                if (outcome.ExitCode == 0 && step[0].StartsWith("create-", StringComparison.Ordinal)) made++;
            }
            if (made == Creations) _done.AddOrUpdate($"go-{writer}", 1, (_, count) => count + 1);
        }
    }

    private async Task AllHangsTogetherAsync()
    {
        var all = await _client.ListAllAsync();
        var layers = all.Records.Layers.Select(layer => layer.Id).ToHashSet();
        var images = all.Records.Images.Select(image => image.Id).ToHashSet();
        Assert.All(
            all.Records.Layers, layer => Assert.True(layer.Parent is null || layers.Contains(layer.Parent.Value)));
        Assert.All(all.Records.Images, image => Assert.Contains(image.TopLayer!.Value, layers));
        Assert.All(all.Records.Containers, container => Assert.Contains(container.Layer!.Value, layers));
        Assert.All(all.Records.Containers, container => Assert.Contains(container.Image!.Value, images));
        // Two readers see the same.
        Assert.Equal(all.Records.Layers.Count, (await LayerList.IdsAsync(Tool.GoNewest, _engine.Root)).Length);
    }
}
