// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Tests.Faults;
using Akka.Actor;

namespace ActorStorage.Tests.Locking;

/// <summary>What a store does after the disk has failed it, or after it crashed: it refuses until it has read again
/// what stands there, and everybody is answered.</summary>
public sealed class HealingSpec : IAsyncLifetime
{
    private const string Text = "the test's own failure";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);
    private readonly EngineRoot _engine = new();
    private readonly FaultyDisk _disk = new();
    private readonly MovableTime _time = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    public static TheoryData<string, string> Failures()
    {
        var failures = new TheoryData<string, string>();
        foreach (var document in (string[])["layers.json", "images.json", "containers.json"])
        {
            foreach (var call in (string[])["write", "sync", "rename"]) failures.Add(document, call);
        }
        return failures;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Should_read_its_index_again_before_anything_else_when_a_call_has_failed(
        string document, string call)
    {
        var client = await StartAsync();
        var reads = 0;
        _disk.BeforeOpen = path => reads += path.EndsWith($"/{document}", StringComparison.Ordinal) ? 1 : 0;
        // What is prepared before layers.lock is taken is tried once more under it.
        Fail(document, call, times: document == "layers.json" && call != "rename" ? 2 : 1);

        var refused = await Assert.ThrowsAsync<StorageException>(() => ChangeAsync(client, document, "lost"));
        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        Assert.Contains(Text, refused.Message, StringComparison.Ordinal);
        var before = reads;
        await ChangeAsync(client, document, "kept");

        Assert.Equal(before + 1, reads);
        Assert.Equal(["kept"], await NamesAsync(client, document));
        // And it is what another engine finds.
        Assert.Equal(["kept"], await NamesAsync(await _engine.StartAsync(), document));
    }

    [Fact]
    public async Task Should_refuse_everything_while_it_cannot_be_read_again_and_ask_the_disk_no_oftener_than_it_must()
    {
        var hour = TimeSpan.FromHours(1);
        var client = await StartAsync(settings => settings with { RestartWaitMin = hour, RestartWaitMax = 2 * hour });
        FailOnce("layers.json", "rename");
        var reads = 0;
        var isAway = true;
        _disk.BeforeOpen = path =>
        {
            if (!path.EndsWith("/layers.json", StringComparison.Ordinal)) return;
            reads++;
            if (isAway) throw Failure();
        };
        await Assert.ThrowsAsync<StorageException>(() => ChangeAsync(client, "layers.json", "lost"));

        for (var i = 0; i < 5; i++)
        {
            await AssertPoisonedAsync(client.ListLayersAsync());
            await AssertPoisonedAsync(ChangeAsync(client, "layers.json", "refused"));
        }
        Assert.Equal(1, reads);
        _time.Move(hour);
        await AssertPoisonedAsync(client.ListLayersAsync());
        Assert.Equal(2, reads);
        isAway = false;
        _time.Move(hour);
        await AssertPoisonedAsync(client.ListLayersAsync());
        Assert.Equal(2, reads);
        _time.Move(hour);

        Assert.Contains(await client.ListLayersAsync(), layer => layer.Id.Value == "one");
        await ChangeAsync(client, "layers.json", "kept");
        Assert.Equal(["kept"], await NamesAsync(client, "layers.json"));
    }

    [Fact]
    public async Task Should_answer_all_who_wait_when_a_store_crashes_and_serve_again_afterwards()
    {
        var client = await StartAsync(settings => settings with { RestartWaitMin = Soon });
        var layers = await LayersAsync();
        Task[] waiting;
        await using (await LockHolder.TakeAsync(_engine.Root, _engine.Root.LayersLock))
        {
            waiting = [.. Enumerable.Range(0, 20).Select(i => client.SetMetadataAsync("one", $"{i}"))];
            await LockHolder.SomebodyWaitsAsync(_engine.Root.LayersLock);
            layers.Tell(Kill.Instance);
            foreach (var each in waiting) await AssertPoisonedAsync(each);
        }
        await ServesAsync(client);
    }

    [Fact]
    public async Task Should_refuse_and_try_again_when_it_cannot_be_opened_after_a_crash()
    {
        var client = await StartAsync(settings => settings with { RestartWaitMin = Soon, RestartWaitMax = Soon });
        var tries = 0;
        var directory = Path.Combine(_engine.Root.Graph, "overlay-layers");
        _disk.BeforeOpen = path =>
        {
            if (path != directory) return;
            tries++;
            throw Failure();
        };
        (await LayersAsync()).Tell(Kill.Instance);
        await Eventually.TrueAsync(() => tries > 2, "it was tried again and again");

        var refused = await Assert.ThrowsAsync<StorageException>(() => client.ListLayersAsync().WaitAsync(Patience));
        Assert.Contains(Text, refused.Message, StringComparison.Ordinal);
        // The others go on.
        await client.ListImagesAsync().WaitAsync(Patience);
        _disk.BeforeOpen = null;

        await ServesAsync(client);
    }

    private async Task<StorageClient> StartAsync(Func<StorageSettings, StorageSettings>? adjust = null)
    {
        var settings = _engine.Settings with { Time = _time };
        var client = await _engine.StartAsync(adjust?.Invoke(settings) ?? settings, _disk);
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "one" });
        await client.CreateContainerAsync(new NewContainer { Id = new ContainerId("container"), Image = "image" });
        return client;
    }

    private static Task ChangeAsync(StorageClient client, string document, string name) => (document switch
    {
        "layers.json" => (Task)client.ChangeNamesAsync("one", NamesChange.Add, [name]),
        "images.json" => client.ChangeNamesOfAnyAsync("image", NamesChange.Add, [name]),
        _ => client.ChangeNamesOfAnyAsync("container", NamesChange.Add, [name]),
    }).WaitAsync(Patience);

    private static async Task<IEnumerable<string>> NamesAsync(StorageClient client, string document) => document switch
    {
        "layers.json" => (await client.GetLayerAsync("one")).Names,
        "images.json" => (await client.GetImageAsync("image")).Names,
        _ => (await client.GetContainerAsync("container")).Names,
    };

    private void FailOnce(string document, string call) => Fail(document, call, times: 1);

    private void Fail(string document, string call, int times)
    {
        var left = times;
        switch (call)
        {
            case "write": _disk.BeforeWrite = FailAt; break;
            case "sync": _disk.BeforeSyncData = FailAt; break;
            default: _disk.BeforeRename = (_, to) => FailAt(to); break;
        }

        void FailAt(string path)
        {
            if (left == 0 || !Path.GetFileName(path).Contains(document, StringComparison.Ordinal)) return;
            left--;
            throw Failure();
        }
    }

    private static StorageException Failure() => new(StorageErrorKind.Io, Text);

    private static async Task AssertPoisonedAsync(Task request)
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => request.WaitAsync(Patience));
        Assert.Equal(StorageErrorKind.Poisoned, refused.Kind);
        Assert.True(refused.Error.CanRetry);
    }

    private static Task ServesAsync(StorageClient client) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await ChangeAsync(client, "layers.json", "served");
                return true;
            }
            catch (StorageException refused) when (refused.Kind is StorageErrorKind.Poisoned or StorageErrorKind.Io)
            {
                return false;
            }
        },
        "it serves again");

    private async Task<IActorRef> LayersAsync() => (await _engine.Storage.Ask<StorageProtocol.GetAddressesOk>(
        asker => new StorageProtocol.GetAddresses(new Asker(asker, _time.GetUtcNow() + Patience)), Patience, default))
        .Layers.Ref;

    /// <summary>The system's time, a while later.</summary>
    private sealed class MovableTime : TimeProvider
    {
        private long _later;

        public void Move(TimeSpan by) => Interlocked.Add(ref _later, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _later));
    }
}
