// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>Sources that fail, lie or say nothing.</summary>
public sealed class OriginSpec : IAsyncLifetime
{
    private const string Quick =
        "actor-storage.node { silence-max = 500ms, retry-wait = 10ms, connect-wait-max = 1s, retries-max = 2 }";

    private static readonly LayerArchive Archive = LayerArchive.Large(1, megabytes: 8);
    private OriginServer _origin = null!;

    public async Task InitializeAsync() => _origin = await OriginServer.StartAsync();

    public async Task DisposeAsync() => await _origin.DisposeAsync();

    [Fact]
    public async Task Should_go_on_where_a_source_broke_off()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        _origin.CutAfter(1_000_000, 2_000_000, 0, 500_000);
        var layer = _origin.Layer("one", Archive);
        var ensured = await root.EnsureAsync(layer);
        Assert.Equal(EnsureOutcome.FromOrigin, ensured.Outcome);
        Assert.Equal(5, _origin.Requests.Count);
        // What was in a buffer on the way when the connection broke may come twice.
        Assert.InRange(
            ensured.FetchedBytes, layer.Sources[0].SizeBytes!.Value, layer.Sources[0].SizeBytes!.Value + 1);
    }

    [Fact]
    public async Task Should_go_on_at_another_source_of_the_same_blob()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        _origin.CutAfter(1_000_000, 0, 0, 0, 0);
        var layer = _origin.Layer("one", Archive);
        var mirror = layer.Sources[0] with { Url = _origin.Serve("mirror", Archive.Gzip().Bytes) };
        layer = layer with { Sources = [layer.Sources[0], mirror] };
        Assert.Equal(EnsureOutcome.FromOrigin, (await root.EnsureAsync(layer)).Outcome);
        Assert.Equal("mirror", _origin.Requests.Last());
        Assert.InRange(_origin.BytesSent, mirror.SizeBytes!.Value, mirror.SizeBytes!.Value + 1_000_000);
    }

    [Fact]
    public async Task Should_read_again_from_the_start_where_ranges_are_not_known()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        _origin.KnowsRanges = false;
        _origin.CutAfter(3_000_000);
        Assert.Equal(EnsureOutcome.FromOrigin, (await root.EnsureAsync(_origin.Layer("one", Archive))).Outcome);
        Assert.Equal(2, _origin.Requests.Count);
    }

    [Fact]
    public async Task Should_reach_a_source_by_its_name_and_say_which_name_nobody_has()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        var layer = _origin.Layer("one", Archive);
        var named = new UriBuilder(layer.Sources[0].Url) { Host = "localhost" }.Uri.ToString();
        var nowhere = new LayerSource("http://nowhere.invalid/one");
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => root.EnsureAsync(layer with { Sources = [nowhere] }));
        Assert.Contains("nowhere.invalid", refused.Message, StringComparison.Ordinal);
        layer = layer with { Sources = [nowhere, layer.Sources[0] with { Url = named }] };
        Assert.Equal(EnsureOutcome.FromOrigin, (await root.EnsureAsync(layer)).Outcome);
    }

    [Fact]
    public async Task Should_try_one_source_after_the_other()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        var good = _origin.Layer("good", Archive);
        var wrong = _origin.Serve("wrong", LayerArchive.Small(7).Gzip().Bytes);
        var layer = new WantedLayer(
            good.Digest,
            [
                new LayerSource("http://127.0.0.1:1/nobody"), new LayerSource(_origin.Url("missing")),
                new LayerSource("file:///no/such/file"), new LayerSource(wrong),
                new LayerSource(_origin.Serve("noise", Noise.Of(1, 100_000))), good.Sources[0],
            ]);
        Assert.Equal(EnsureOutcome.FromOrigin, (await root.EnsureAsync(layer)).Outcome);
        Assert.Equal(["missing", "wrong", "noise", "good"], _origin.Requests.Distinct());
        Assert.Equal(good.Digest, Assert.Single(await root.Storage.ListLayersAsync()).DiffDigest);
    }

    [Fact]
    public async Task Should_say_of_every_source_why_it_did_not_do()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        var wrong = _origin.Serve("wrong", LayerArchive.Small(7).Gzip().Bytes);
        var layer = new WantedLayer(
            new Digest($"sha256:{Archive.Sha256}"),
            [new LayerSource("http://127.0.0.1:1/nobody"), new LayerSource(wrong)]);
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(layer));
        Assert.Equal(StorageErrorKind.DigestMismatch, refused.Kind);
        Assert.Contains("http://127.0.0.1:1/nobody", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await root.Storage.ListLayersAsync());
        var none = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(layer with { Sources = [] }));
        Assert.Equal(StorageErrorKind.NotFound, none.Kind);
    }

    [Fact]
    public async Task Should_not_wait_for_a_source_that_says_nothing()
    {
        await using var root = await NodeRoot.StartAsync(Quick);
        _origin.Gate = new TaskCompletionSource().Task;
        var layer = _origin.Layer("silent", Archive);
        await using var other = await OriginServer.StartAsync();
        layer = layer with { Sources = [layer.Sources[0], other.Layer("one", Archive).Sources[0]] };
        Assert.Equal(EnsureOutcome.FromOrigin, (await root.EnsureAsync(layer)).Outcome);
        Assert.NotEmpty(other.Requests);
    }

    [Fact]
    public async Task Should_unpack_a_file_of_its_own_machine()
    {
        await using var root = await NodeRoot.StartAsync();
        var file = Archive.Gzip().SaveAs(root.Engine.Root.File("layer 1.tar.gz"));
        var layer = new WantedLayer(
            new Digest($"sha256:{Archive.Sha256}"), [new LayerSource(new Uri(file).AbsoluteUri)]);
        var ensured = await root.EnsureAsync(layer);
        Assert.Equal((EnsureOutcome.Staged, 0), (ensured.Outcome, ensured.FetchedBytes));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/layer")]
    [InlineData("layer.tar")]
    [InlineData("file://elsewhere/layer.tar")]
    public async Task Should_refuse_an_address_it_cannot_read(string url)
    {
        await using var root = await NodeRoot.StartAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(() => root.EnsureAsync(
            new WantedLayer(new Digest($"sha256:{Archive.Sha256}"), [new LayerSource(url)])));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }
}
