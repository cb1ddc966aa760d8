// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>Layers that others ask a node for.</summary>
public sealed class EnsureLayerSpec : IAsyncLifetime
{
    private OriginServer _origin = null!;

    public async Task InitializeAsync() => _origin = await OriginServer.StartAsync();

    public async Task DisposeAsync() => await _origin.DisposeAsync();

    [Fact]
    public async Task Should_fetch_once_what_a_hundred_ask_for_at_a_time()
    {
        await using var root = await NodeRoot.StartAsync();
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        var layer = _origin.Layer("one", LayerArchive.Large(1, megabytes: 8));
        var asked = Enumerable.Range(0, 100).Select(_ => root.EnsureAsync(layer)).ToList();
        await root.ReachedAsync();
        gate.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.Equal(layer.Sources[0].SizeBytes, _origin.BytesSent);
        Assert.Equal(["one"], _origin.Requests);
        var first = Assert.Single(answers, answer => answer.Outcome == EnsureOutcome.FromOrigin);
        Assert.Equal(_origin.BytesSent, first.FetchedBytes);
        Assert.Equal(99, answers.Count(answer => answer.Outcome == EnsureOutcome.JoinedInFlight));
        var there = Assert.Single(await root.Storage.ListLayersAsync());
        Assert.All(answers, answer => Assert.Equal((there.Id, there.DiffDigest), (answer.Layer, answer.Digest)));
        Assert.Equal([there.Id.Value], root.Engine.Root.LayerDirectories());
        Assert.Equal(0, root.Engine.Root.LayersBeingStaged());
        Assert.Equal(EnsureOutcome.Present, (await root.EnsureAsync(layer)).Outcome);
        Assert.Single(_origin.Requests);
    }

    [Fact]
    public async Task Should_call_layers_as_podman_does_and_find_those_that_are_called_otherwise()
    {
        await using var root = await NodeRoot.StartAsync();
        var (below, above) = (LayerArchive.Small(1), LayerArchive.Small(2));
        await root.Storage.PutLayerAsync(EngineRoot.Of(below, "mine"));
        var (first, second) = (_origin.Layer("below", below), _origin.Layer("above", above));

        var there = await root.EnsureAsync(first);
        Assert.Equal((EnsureOutcome.Present, "mine"), (there.Outcome, there.Layer.Value));
        var made = await root.EnsureAsync(second, [first.Digest]);
        Assert.Equal(ChainId.Of(new LayerId("mine"), second.Digest), made.Layer);
        Assert.Equal("mine", (await root.Storage.GetLayerAsync(made.Layer.Value)).Parent?.Value);
        Assert.Equal(EnsureOutcome.Present, (await root.EnsureAsync(second, [first.Digest])).Outcome);
        // On nothing it is another layer.
        var alone = await root.EnsureAsync(second);
        Assert.Equal(above.Sha256, alone.Layer.Value);
        Assert.Equal(EnsureOutcome.FromOrigin, alone.Outcome);
    }

    [Fact]
    public async Task Should_put_a_chain_in_whatever_order_it_is_asked_for_and_refuse_what_has_no_parent()
    {
        await using var root = await NodeRoot.StartAsync("actor-storage.node.parallelism-max = 1");
        WantedLayer[] chain =
            [.. Enumerable.Range(0, 5).Select(i => _origin.Layer($"layer-{i}", LayerArchive.Small(i)))];
        Digest[] digests = [.. chain.Select(layer => layer.Digest)];
        var orphan = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(chain[4], digests[..4]));
        Assert.Equal(StorageErrorKind.ParentUnknown, orphan.Kind);
        // The upper ones are more urgent, and wait for the lower ones all the same.
        var answers = await Task.WhenAll(chain.Select((layer, i) =>
            root.EnsureAsync(layer, digests[..i], new Handling(Priority: i))));
        Assert.All(answers, answer => Assert.Equal(EnsureOutcome.FromOrigin, answer.Outcome));
        LayerId? parent = null;
        foreach (var answer in answers)
        {
            Assert.Equal(parent, (await root.Storage.GetLayerAsync(answer.Layer.Value)).Parent);
            parent = answer.Layer;
        }
    }

    [Fact]
    public async Task Should_begin_what_is_urgent_first_and_refuse_what_is_too_much()
    {
        await using var root = await NodeRoot.StartAsync(
            "actor-storage.node { parallelism-max = 1, waiting-max = 3 }");
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        WantedLayer[] layers =
            [.. Enumerable.Range(0, 5).Select(i => _origin.Layer($"layer-{i}", LayerArchive.Small(i)))];
        var first = root.EnsureAsync(layers[0]);
        await Eventually.TrueAsync(() => !_origin.Requests.IsEmpty, "the first one is being fetched");
        List<Task<NodeProtocol.EnsureLayerOk>> others = [];
        foreach (var (layer, priority) in layers[1..4].Zip([0, 7, 3]))
            others.Add(root.EnsureAsync(layer, handling: new Handling(priority)));
        await root.ReachedAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(layers[4]));
        Assert.Equal(StorageErrorKind.Busy, refused.Kind);
        gate.SetResult();
        await Task.WhenAll(others.Append(first));
        Assert.Equal(["layer-0", "layer-2", "layer-3", "layer-1"], _origin.Requests);
    }

    [Fact]
    public async Task Should_refuse_who_has_no_time_left_and_serve_those_who_have()
    {
        await using var root = await NodeRoot.StartAsync();
        var gate = new TaskCompletionSource();
        _origin.Gate = gate.Task;
        var layer = _origin.Layer("one", LayerArchive.Large(1, megabytes: 8));
        var hasty = root.EnsureAsync(layer, within: TimeSpan.FromMilliseconds(300));
        await root.ReachedAsync();
        var patient = root.EnsureAsync(layer);
        Assert.Equal(
            StorageErrorKind.Cancelled, (await Assert.ThrowsAsync<StorageException>(() => hasty)).Kind);
        gate.SetResult();
        Assert.Equal(EnsureOutcome.FromOrigin, (await patient).Outcome);
        Assert.Single(_origin.Requests);
    }

    [Fact]
    public async Task Should_leave_nothing_of_what_nobody_waits_for()
    {
        await using var root = await NodeRoot.StartAsync();
        _origin.Gate = new TaskCompletionSource().Task;
        var layer = _origin.Layer("one", LayerArchive.Large(1, megabytes: 8));
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => root.EnsureAsync(layer, within: TimeSpan.FromMilliseconds(300)));
        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        await Eventually.TrueAsync(() => root.Engine.Root.LayersBeingStaged() == 0, "what was staged is gone");
        _origin.Gate = Task.CompletedTask;
        Assert.Equal(EnsureOutcome.FromOrigin, (await root.EnsureAsync(layer)).Outcome);
    }

    [Fact]
    public async Task Should_tell_the_same_outcome_to_who_asks_again_with_the_same_key()
    {
        await using var root = await NodeRoot.StartAsync();
        var (layer, other) = (_origin.Layer("one", LayerArchive.Small(1)), _origin.Layer("two", LayerArchive.Small(2)));
        var handling = new Handling(ClientKey: "wish");
        var first = await root.EnsureAsync(layer, handling: handling);
        Assert.Equal(EnsureOutcome.FromOrigin, first.Outcome);
        Assert.Equal(first, await root.EnsureAsync(layer, handling: handling));
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(other, handling: handling));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        // What is gone is made again, whatever was told.
        await root.Storage.DeleteLayerAsync(first.Layer.Value);
        Assert.Equal(first, await root.EnsureAsync(layer, handling: handling));
        Assert.NotNull(await root.Storage.FindLayerAsync(first.Layer.Value));
    }

    [Fact]
    public async Task Should_use_room_that_was_claimed()
    {
        await using var root = await NodeRoot.StartAsync();
        var layer = _origin.Layer("one", LayerArchive.Small(1));
        var claimed = await root.Client.AskAsync<NodeProtocol.ReserveOk>(
            new NodeProtocol.Reserve(1 << 20, TimeSpan.FromMinutes(1), Caller.Anybody));
        Assert.Equal(1 << 20, (await root.Storage.DiskUseAsync()).ReservedBytes);
        await root.EnsureAsync(layer, handling: new Handling(Reservation: claimed.Reservation));
        Assert.Equal(0, (await root.Storage.DiskUseAsync()).ReservedBytes);
        var tooMuch = await Assert.ThrowsAsync<StorageException>(() => root.Client.AskAsync<NodeProtocol.ReserveOk>(
            new NodeProtocol.Reserve(1L << 50, TimeSpan.FromMinutes(1), Caller.Anybody)));
        Assert.Equal(StorageErrorKind.NoSpace, tooMuch.Kind);
    }

    [Fact]
    public async Task Should_refuse_a_digest_that_nobody_compares()
    {
        await using var root = await NodeRoot.StartAsync();
        var wanted = _origin.Layer("one", LayerArchive.Small(1)) with
        {
            Digest = new Digest("sha512:" + new string('1', 128)),
        };
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(wanted));
        Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
        Assert.Empty(await root.Storage.ListLayersAsync());
    }

    [Fact]
    public async Task Should_refuse_a_pipe_as_a_source_and_go_on()
    {
        await using var root = await NodeRoot.StartAsync();
        var pipe = root.Engine.Root.File("pipe");
        (await Command.RunAsync("mkfifo", pipe)).Succeeded();
        var layer = _origin.Layer("one", LayerArchive.Small(1));
        var ensured = await root.EnsureAsync(
            layer with { Sources = [new LayerSource($"file://{pipe}"), .. layer.Sources] });
        Assert.Equal(EnsureOutcome.FromOrigin, ensured.Outcome);
    }

    [Fact]
    public async Task Should_not_tell_by_a_key_the_id_of_a_layer_that_is_gone()
    {
        await using var root = await NodeRoot.StartAsync();
        var archive = LayerArchive.Small(1);
        var layer = _origin.Layer("one", archive);
        var handling = new Handling(ClientKey: "key");
        await root.Storage.PutLayerAsync(EngineRoot.Of(archive, "mine"));
        Assert.Equal("mine", (await root.EnsureAsync(layer, handling: handling)).Layer.Value);
        await root.Storage.DeleteLayerAsync("mine");
        var anew = await root.EnsureAsync(layer, handling: handling);
        Assert.Equal(anew.Layer, Assert.Single(await root.Storage.ListLayersAsync()).Id);
    }
}
