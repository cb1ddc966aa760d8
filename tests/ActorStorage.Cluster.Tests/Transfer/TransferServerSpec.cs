// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorStorage.Cluster.Tests.Transfer;

public sealed class TransferServerSpec
{
    private static readonly LayerArchive Small = LayerArchive.Small(1);

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_serve_the_archive_from_any_byte_on(string driver)
    {
        await using var root = await ServedRoot.StartAsync(driver: driver);
        var digest = await root.PutAsync(Small, "layer");

        for (var offset = 0; offset < Small.Bytes.Length; offset += 97)
            Assert.Equal(Small.Bytes[offset..], await root.BytesAsync(digest, offset));
    }

    [Fact]
    public async Task Should_serve_what_is_uncompressed_of_a_layer_that_came_compressed()
    {
        await using var root = await ServedRoot.StartAsync();
        await root.Client.PutLayerAsync(EngineRoot.Of(Small.Gzip(), "layer"));
        Assert.Equal(Small.Bytes, await root.BytesAsync(ServedRoot.DigestOf(Small)));
        // By the digest of what came nothing is to be had: those bytes are nowhere.
        var blob = ServedRoot.DigestOf(Small.Gzip());
        using var answer = await root.AskAsync(blob.Value, root.Ticket(blob));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Should_serve_layers_of_the_Go_tool(string driver)
    {
        Tool.Require(Tool.GoNewest);
        await using var root = await ServedRoot.StartAsync(driver: driver);
        await Tool.GoNewest.MustAsync(
            root.Root.Root, "import-layer", "-i", "go", "-f", Small.SaveAs(root.Root.Root.File("small.tar")));
        var digest = ServedRoot.DigestOf(Small);
        Assert.Equal(Small.Bytes, await root.BytesAsync(digest));
        Assert.Equal(Small.Bytes[4000..], await root.BytesAsync(digest, 4000));
    }

    [Fact]
    public async Task Should_say_how_long_it_is_and_nothing_more_when_asked_for_the_head()
    {
        await using var root = await ServedRoot.StartAsync();
        var digest = await root.PutAsync(Small, "layer");
        using var answer = await root.AskAsync(digest.Value, root.Ticket(digest), method: HttpMethod.Head);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Small.Bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(0, root.Server.ServedBytes);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData(1_000_000, HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData(-1, HttpStatusCode.PartialContent)]
    public async Task Should_refuse_a_range_at_the_end_or_beyond(int behindEnd, HttpStatusCode status)
    {
        await using var root = await ServedRoot.StartAsync();
        var digest = await root.PutAsync(Small, "layer");
        var range = $"bytes={Small.Bytes.Length + behindEnd}-";
        using var answer = await root.AskAsync(digest.Value, root.Ticket(digest), range);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(Small.Bytes.Length, answer.Content.Headers.ContentRange!.Length);
    }

    [Theory]
    [InlineData("bytes=1-2")]
    [InlineData("bytes=-5")]
    [InlineData("bytes=1-,3-")]
    [InlineData("bytes=+1-")]
    [InlineData("lines=1-")]
    public async Task Should_refuse_other_ranges(string range)
    {
        await using var root = await ServedRoot.StartAsync();
        var digest = await root.PutAsync(Small, "layer");
        using var answer = await root.AskAsync(digest.Value, root.Ticket(digest), range);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal(0, root.Server.ServedBytes);
    }

    [Fact]
    public async Task Should_say_by_its_kind_why_a_layer_is_not_served()
    {
        await using var root = await ServedRoot.StartAsync();
        var gone = ServedRoot.DigestOf(Small);
        await AssertAsync(gone, HttpStatusCode.NotFound, "NotFound");

        var digest = await root.PutAsync(Small, "layer");
        File.Delete($"{root.Root.Root.Graph}/overlay-layers/layer.tar-split.gz");
        await AssertAsync(digest, HttpStatusCode.Conflict, "NotSupported");

        async Task AssertAsync(Digest asked, HttpStatusCode status, string kind)
        {
            using var answer = await root.AskAsync(asked.Value, root.Ticket(asked));
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(kind, answer.Headers.GetValues("Actor-Storage-Error").Single());
        }
    }

    [Fact]
    public async Task Should_serve_another_layer_with_the_same_contents_where_one_lost_its_tar_split()
    {
        await using var root = await ServedRoot.StartAsync();
        await root.PutAsync(Small, "first");
        var digest = await root.PutAsync(Small, "second");
        File.Delete($"{root.Root.Root.Graph}/overlay-layers/first.tar-split.gz");
        Assert.Equal(Small.Bytes, await root.BytesAsync(digest));
    }

    [Fact]
    public async Task Should_refuse_what_is_neither_read_nor_head()
    {
        await using var root = await ServedRoot.StartAsync();
        var digest = await root.PutAsync(Small, "layer");
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete, HttpMethod.Post])
        {
            using var answer = await root.AskAsync(digest.Value, root.Ticket(digest), method: method);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Should_tell_those_who_are_too_many_when_to_come_back()
    {
        // The first takes long: it has ten seconds' worth of bandwidth before it.
        await using var root = await ServedRoot.StartAsync("transfers-max = 1, bandwidth-max = 400KiB, busy-wait = 3s");
        var digest = await root.PutAsync(LayerArchive.Large(2, 4), "layer");
        using (var first = await root.AskAsync(digest.Value, root.Ticket(digest)))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            using var second = await root.AskAsync(digest.Value, root.Ticket(digest));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(3), second.Headers.RetryAfter!.Delta);
            Assert.Equal("Busy", second.Headers.GetValues("Actor-Storage-Error").Single());
        }
        // The place is free when the first receiver has gone.
        await Eventually.TrueAsync(
            async () =>
            {
                using var third = await root.AskAsync(digest.Value, root.Ticket(digest));
                return third.StatusCode == HttpStatusCode.OK;
            },
            "there is a place again");
    }

    [Fact]
    public async Task Should_keep_to_its_bandwidth_however_many_are_served()
    {
        const int Rate = 8 << 20;
        const int Receivers = 4;
        await using var root = await ServedRoot.StartAsync("bandwidth-max = 8MiB");
        var archive = LayerArchive.Large(3, 4);
        var digest = await root.PutAsync(archive, "layer");
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Receivers).Select(_ => root.BytesAsync(digest)));
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        // Without a limit it takes a tenth of a second; a busy machine makes it longer.
        var least = (double)Receivers * archive.Bytes.Length / Rate;
        Assert.InRange(seconds, 0.9 * least, 5 * least);
    }

    [Fact]
    public async Task Should_end_a_transfer_whose_receiver_takes_nothing()
    {
        await using var root = await ServedRoot.StartAsync("stall-max = 300ms, transfers-max = 1");
        var digest = await root.PutAsync(LayerArchive.Large(4, 32), "layer");
        using var idle = await root.AskAsync(digest.Value, root.Ticket(digest));
        await Eventually.TrueAsync(
            async () =>
            {
                using var other = await root.AskAsync(digest.Value, root.Ticket(digest), method: HttpMethod.Head);
                return other.StatusCode == HttpStatusCode.OK;
            },
            "the idle receiver's place is free");
        await Assert.ThrowsAnyAsync<Exception>(() => idle.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Should_end_a_transfer_whose_receiver_takes_a_little_now_and_then()
    {
        // Small buffers: a piece is taken at once, and the next soon after it.
        const string Small = "chunk-size = 64KiB";
        await using var root = await ServedRoot.StartAsync($"{Small}, stall-max = 1s, rate-min = 16MiB");
        var archive = LayerArchive.Large(4, 32);
        var digest = await root.PutAsync(archive, "layer");
        using var slow = await ConnectAsync(root, digest, ServedRoot.Settings(Small));
        var taken = 0;
        await Assert.ThrowsAsync<PeerFailure>(async () =>
        {
            var buffer = new byte[64 << 10];
            while (slow.Read(buffer) is > 0 and var count)
            {
                taken += count;
                await Task.Delay(50);
            }
        });
        Assert.InRange(taken, 1, archive.Bytes.Length / 8);
    }

    /// <summary>All buffers of both sides, and what is being written.</summary>
    [Theory]
    [InlineData("64KiB", false)]
    [InlineData("64KiB", true)]
    [InlineData("4MiB", false)]
    [InlineData("4MiB", true)]
    public async Task Should_have_no_more_on_the_way_than_was_allowed(string chunk, bool isEncrypted)
    {
        await using var files = new StorageRoot();
        var (certificate, key) = Certificates.Make(files, "node", "127.0.0.1");
        var tls = isEncrypted ? $"certificate-file = {certificate}, key-file = {key}," : "";
        await using var root = await ServedRoot.StartAsync(
            $"{tls} chunk-size = {chunk}, stall-max = 1s, transfers-max = 1");
        var digest = await root.PutAsync(LayerArchive.Large(4, 16), "layer");
        var settings = ServedRoot.Settings(
            $"{(isEncrypted ? $"trusted-file = {certificate}," : "")} chunk-size = {chunk}");
        using var idle = await ConnectAsync(root, digest, settings);
        await Eventually.TrueAsync(
            async () =>
            {
                using var other = await root.AskAsync(digest.Value, root.Ticket(digest), method: HttpMethod.Head);
                return other.StatusCode == HttpStatusCode.OK;
            },
            "the idle receiver's place is free");
        Assert.InRange(root.Server.ServedBytes, 1, settings.ChunkBytes);
    }

    [Fact]
    public async Task Should_break_off_when_the_layer_is_deleted_meanwhile()
    {
        await using var root = await ServedRoot.StartAsync("bandwidth-max = 16MiB");
        var digest = await root.PutAsync(LayerArchive.Large(5, 16), "layer");
        using var answer = await root.AskAsync(digest.Value, root.Ticket(digest));
        await root.Client.DeleteLayerAsync("layer");
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Should_break_off_when_a_file_is_not_the_one_that_was_unpacked()
    {
        await using var root = await ServedRoot.StartAsync();
        var digest = await root.PutAsync(Small, "layer");
        await File.WriteAllTextAsync($"{root.Root.Root.DiffOf("layer")}/etc/shared.conf", "something else");
        // How much of it comes before that is a matter of luck; all of it never does.
        await Assert.ThrowsAsync<HttpRequestException>(() => root.BytesAsync(digest));
    }

    [Fact]
    public async Task Should_tell_the_log_what_it_could_not_serve()
    {
        using var system = ActorSystem.Create(
            "log", ConfigurationFactory.ParseString("akka { loglevel = WARNING, stdout-loglevel = OFF }"));
        using var told = Inbox.Create(system);
        system.EventStream.Subscribe(told.Receiver, typeof(Warning));
        await using var root = await ServedRoot.StartAsync(log: Logging.GetLogger(system, "layers"));
        var digest = await root.PutAsync(Small, "layer");
        await File.WriteAllTextAsync($"{root.Root.Root.DiffOf("layer")}/etc/shared.conf", "something else");

        await Assert.ThrowsAsync<HttpRequestException>(() => root.BytesAsync(digest));

        var warning = Assert.IsType<Warning>(await told.ReceiveAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(digest.Value, warning.ToString(), StringComparison.Ordinal);
        Assert.IsType<StorageException>(warning.Cause);
    }

    [Fact]
    public async Task Should_listen_on_loopback_only_unless_told_otherwise()
    {
        await using var root = await ServedRoot.StartAsync();
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(root.Server.Address.Host)));
        var port = root.Server.Address.Port;
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(listener => listener.Port == port).ToArray();
        Assert.NotEmpty(listeners);
        Assert.All(listeners, listener => Assert.True(IPAddress.IsLoopback(listener.Address)));
    }

    [Fact]
    public async Task Should_tell_others_the_name_it_was_given()
    {
        await using var root = await ServedRoot.StartAsync("public-host = node-1.example");
        Assert.Equal(("http", "node-1.example"), (root.Server.Address.Scheme, root.Server.Address.Host));
    }

    [Fact]
    public async Task Should_listen_no_more_when_its_start_failed()
    {
        await using var root = await ServedRoot.StartAsync();
        var settings = ServedRoot.Settings($"listen-port = {FreePort()}");
        var refused = await Assert.ThrowsAsync<StorageException>(() => TransferServer.StartAsync(
            root.Client, root.Tickets, settings with { PublicHost = "no host" }));
        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        await using var server = await TransferServer.StartAsync(root.Client, root.Tickets, settings);
        Assert.Equal(settings.ListenPort, server.Address.Port);
    }

    [Fact]
    public async Task Should_say_so_when_it_cannot_listen()
    {
        await using var root = await ServedRoot.StartAsync();
        var taken = ServedRoot.Settings($"listen-port = {root.Server.Address.Port}");
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => TransferServer.StartAsync(root.Client, root.Tickets, taken));
        Assert.Equal(StorageErrorKind.Io, refused.Kind);
    }

    private static Task<PeerConnection> ConnectAsync(ServedRoot root, Digest digest, TransferSettings settings) =>
        Task.Factory.StartNew(
            () => PeerConnection.Open(
                root.Peer(digest), digest, 0, settings, DateTimeOffset.MaxValue, CancellationToken.None),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
