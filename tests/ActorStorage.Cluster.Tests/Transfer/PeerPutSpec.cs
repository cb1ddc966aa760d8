// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;

namespace ActorStorage.Cluster.Tests.Transfer;

/// <summary>From one root to another.</summary>
public sealed class PeerPutSpec
{
    private const string Hasty = "stall-max = 300ms, retry-min = 10ms, retry-max = 50ms, attempts-max = 4";

    // Not in a header, which would be found out at once.
    private const int InContents = 1_000_000;
    private static readonly LayerArchive Archive = LayerArchive.Large(7, 8);

    public static TheoryData<string, string> Layers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var driver in (string[])["overlay", "vfs"])
            {
                foreach (var kind in (string[])["ordinary", "many", "holes", "junk", "nothing"]) data.Add(driver, kind);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task Should_have_the_same_layer_afterwards(string driver, string kind)
    {
        await using var from = await ServedRoot.StartAsync(driver: driver);
        await using var to = await ServedRoot.StartAsync(driver: driver);
        var archive = ArchiveOf(kind);
        var digest = await from.PutAsync(archive, "there");

        var put = await to.PutFromAsync(digest, "here", "", from.Peer(digest));

        Assert.Equal((digest, (long)archive.Bytes.Length), (put.Put.Layer.DiffDigest!.Value, put.ReceivedBytes));
        Assert.Equal(archive.Bytes.Length, from.Server.ServedBytes);
        Assert.Equal(archive.Bytes, await to.ArchiveAsync("here"));
        Assert.Equal(await TreeAsync(from, "there"), await TreeAsync(to, "here"));
        Assert.Empty((await to.Client.CheckAsync(CheckOptions.Default)).Layers);
    }

    [SkippableFact]
    public async Task Should_take_a_layer_of_the_Go_tool_and_be_read_by_it()
    {
        Tool.Require(Tool.GoNewest);
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var archive = LayerArchive.Small(3);
        await Tool.GoNewest.MustAsync(
            from.Root.Root, "import-layer", "-i", "there", "-f", archive.SaveAs(from.Root.Root.File("small.tar")));
        var digest = ServedRoot.DigestOf(archive);

        await to.PutFromAsync(digest, "here", "", from.Peer(digest));

        await Tool.GoNewest.MustAsync(to.Root.Root, "check");
        var diff = await Tool.GoNewest.MustAsync(to.Root.Root, "diff", "-u", "here");
        Assert.Equal(archive.Bytes, diff.OutputBytes);
    }

    [Fact]
    public async Task Should_ask_nobody_for_a_layer_that_is_there()
    {
        await using var to = await ServedRoot.StartAsync();
        var digest = await to.PutAsync(Archive, "here");
        await using var peer = FakePeer.Silent();
        var put = await PeerPut.RunAsync(
            to.Client, new PutLayer(new NewLayer { Id = new LayerId("here") }, AcceptExisting: true), digest, null,
            [new Peer(peer.Address, "ticket")], ServedRoot.Settings(), DateTimeOffset.MaxValue);
        Assert.True(put.Put.AlreadyPresent);
        Assert.Equal((0, 0), (put.Given.Length, peer.Connections));
    }

    [Fact]
    public async Task Should_go_on_with_the_next_peer_where_one_stood_still()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        var stop = Archive.Bytes.Length / 3;
        await using var stalled = FakePeer.StoppingAt(Archive.Bytes, stop);
        await using var silent = FakePeer.Silent();

        var put = await to.PutFromAsync(
            digest, "here", Hasty, Fake(stalled), Fake(silent), from.Peer(digest));

        Assert.Equal([stalled.Address, from.Server.Address], put.Given.Select(peer => peer.Address));
        Assert.Equal(Archive.Bytes.Length - stop, from.Server.ServedBytes);
        Assert.Equal(Archive.Bytes, await to.ArchiveAsync("here"));
    }

    [Fact]
    public async Task Should_leave_a_peer_that_sends_a_byte_now_and_then()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        await using var trickling = FakePeer.Trickling(Archive.Bytes);

        var put = await to.PutFromAsync(
            digest, "here", "stall-max = 1s, retry-min = 10ms", Fake(trickling), from.Peer(digest));

        Assert.Equal([trickling.Address, from.Server.Address], put.Given.Select(peer => peer.Address));
        Assert.Equal(1, trickling.Connections);
    }

    [Fact]
    public async Task Should_give_up_on_peers_that_all_send_a_byte_now_and_then()
    {
        await using var to = await ServedRoot.StartAsync();
        await using var trickling = FakePeer.Trickling(Archive.Bytes);
        Assert.Equal(StorageErrorKind.Io, (await RefusedAsync(to, Fake(trickling))).Kind);
        Assert.Equal(4, trickling.Connections);
    }

    [Fact]
    public async Task Should_find_out_a_peer_that_lies_and_begin_anew_with_the_next()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        await using var liar = FakePeer.Sending(Changed(InContents));

        var put = await to.PutFromAsync(digest, "here", Hasty, Fake(liar), from.Peer(digest));

        Assert.Equal([from.Server.Address], put.Given.Select(peer => peer.Address));
        Assert.Equal(2 * Archive.Bytes.Length, put.ReceivedBytes);
        Assert.Equal(Archive.Bytes, await to.ArchiveAsync("here"));
        Assert.Equal(0, to.Root.Root.LayersBeingStaged());
    }

    [Fact]
    public async Task Should_have_each_give_the_whole_when_one_of_several_lied()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        var half = Archive.Bytes.Length / 2;
        // It lies in the first half, and breaks off there: what follows is right, and from somebody else.
        var changed = Changed(InContents);
        await using var liar = FakePeer.Answering((stream, offset, cancellation) =>
            offset == 0
                ? FakePeer.SendAsync(stream, changed, offset, half, cancellation)
                : FakePeer.WriteAsync(stream, "HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n", cancellation));

        var put = await to.PutFromAsync(digest, "here", Hasty, Fake(liar), from.Peer(digest));

        Assert.Equal([from.Server.Address], put.Given.Select(peer => peer.Address));
        Assert.Equal(Archive.Bytes, await to.ArchiveAsync("here"));
    }

    [Theory]
    [InlineData("a link to nothing")]
    [InlineData("a name that is too long")]
    [InlineData("the same name as a file and below it")]
    public async Task Should_turn_to_the_next_however_the_archive_of_one_that_lies_fails(string what)
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        await using var liar = FakePeer.Sending(Lie(what));
        await Assert.ThrowsAsync<StorageException>(() => to.Client.PutLayerAsync(EngineRoot.Of(Lie(what), "lie")));

        var put = await to.PutFromAsync(digest, "here", Hasty, Fake(liar), from.Peer(digest));

        Assert.Equal([from.Server.Address], put.Given.Select(peer => peer.Address));
        Assert.Equal(Archive.Bytes, await to.ArchiveAsync("here"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(100, 1)]
    [InlineData(20_000_000, 0)]
    [InlineData(20_000_000, 100_000)]
    public async Task Should_take_no_length_from_one_that_lies(int length, int sent)
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        var bytes = new byte[length];
        await using var liar = FakePeer.Answering((stream, offset, cancellation) =>
            FakePeer.SendAsync(stream, bytes, offset, (int)offset + (offset == 0 ? sent : 0), cancellation));

        var put = await to.PutFromAsync(digest, "here", Hasty, Fake(liar), from.Peer(digest));

        Assert.Equal([from.Server.Address], put.Given.Select(peer => peer.Address));
        Assert.Equal(Archive.Bytes, await to.ArchiveAsync("here"));
    }

    [Fact]
    public async Task Should_commit_nothing_when_all_lie()
    {
        await using var to = await ServedRoot.StartAsync();
        await using var first = FakePeer.Sending(Changed(InContents));
        await using var second = FakePeer.Sending(Encoding.ASCII.GetBytes("no archive at all").Concat(
            new byte[2000]).ToArray());
        var refused = await RefusedAsync(to, Fake(first), Fake(second));
        Assert.Equal(StorageErrorKind.InvalidArchive, refused.Kind);
        Assert.Empty(await to.Client.ListLayersAsync());
    }

    [Fact]
    public async Task Should_not_listen_to_one_that_has_another_length()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        await using var longer = FakePeer.Sending([.. Archive.Bytes, 0]);
        var put = await PeerPut.RunAsync(
            to.Client, new PutLayer(new NewLayer { Id = new LayerId("here") }), digest, Archive.Bytes.Length,
            [Fake(longer), from.Peer(digest)], ServedRoot.Settings(Hasty), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal((Archive.Bytes.Length, 1), (put.ReceivedBytes, put.Given.Length));
    }

    [Theory]
    [InlineData("404 Not Found", "Actor-Storage-Error: NotFound\r\n", StorageErrorKind.NotFound, 1)]
    [InlineData("409 Conflict", "Actor-Storage-Error: NotSupported\r\n", StorageErrorKind.NotSupported, 1)]
    [InlineData("401 Unauthorized", "", StorageErrorKind.AccessDenied, 1)]
    [InlineData("302 Found", "Location: http://127.0.0.1:1/\r\n", StorageErrorKind.Io, 1)]
    [InlineData("503 Service Unavailable", "Retry-After: 1\r\n", StorageErrorKind.Busy, 4)]
    [InlineData("500 Internal Server Error", "Actor-Storage-Error: Corrupt\r\n", StorageErrorKind.Corrupt, 1)]
    [InlineData("500 Internal Server Error", "Actor-Storage-Error: 99\r\n", StorageErrorKind.Io, 4)]
    public async Task Should_say_why_the_last_peer_refused(
        string status, string headers, StorageErrorKind kind, int asked)
    {
        await using var to = await ServedRoot.StartAsync();
        await using var peer = FakePeer.Refusing(status, headers);
        Assert.Equal(kind, (await RefusedAsync(to, Fake(peer))).Kind);
        Assert.Equal(asked, peer.Connections);
    }

    [Fact]
    public async Task Should_give_up_on_peers_that_cannot_be_reached()
    {
        await using var to = await ServedRoot.StartAsync();
        Uri gone;
        await using (var peer = FakePeer.Silent()) gone = peer.Address;
        Assert.Equal(StorageErrorKind.Io, (await RefusedAsync(to, new Peer(gone, "ticket"))).Kind);
        Assert.Equal(StorageErrorKind.NotFound, (await RefusedAsync(to)).Kind);
    }

    [Fact]
    public async Task Should_end_at_the_deadline_and_when_it_is_cancelled()
    {
        await using var to = await ServedRoot.StartAsync();
        await using var silent = FakePeer.Silent();
        var put = new PutLayer(new NewLayer { Id = new LayerId("here") });
        var digest = ServedRoot.DigestOf(Archive);
        var late = await Assert.ThrowsAsync<StorageException>(() => PeerPut.RunAsync(
            to.Client, put, digest, null, [Fake(silent)], ServedRoot.Settings(),
            DateTimeOffset.UtcNow.AddMilliseconds(200)));
        Assert.Equal(StorageErrorKind.Cancelled, late.Kind);

        using var cancelling = new CancellationTokenSource();
        var running = PeerPut.RunAsync(
            to.Client, put, digest, null, [Fake(silent)], ServedRoot.Settings("stall-max = 1h"),
            DateTimeOffset.MaxValue, cancelling.Token);
        await Eventually.TrueAsync(() => silent.Connections == 2, "it waits for the peer");
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        // The stager is free again, which it is not while it reads.
        await to.Client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "other"));
        await to.Root.StopAsync();
    }

    [Fact]
    public async Task Should_ask_for_a_ticket_whenever_it_turns_to_a_peer()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        var drawn = 0;
        var peer = new Peer(from.Server.Address, _ => drawn++ == 0
            ? throw new StorageException(StorageErrorKind.Io, "nobody answers")
            : from.Ticket(digest));
        await to.PutFromAsync(digest, "here", Hasty, peer);
        Assert.Equal(2, drawn);
    }

    [Fact]
    public async Task Should_refuse_a_digest_that_staging_does_not_compare()
    {
        await using var to = await ServedRoot.StartAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(
            () => to.PutFromAsync(new Digest($"sha512:{new string('a', 128)}"), "here", Hasty));
        Assert.Equal(StorageErrorKind.NotSupported, refused.Kind);
    }

    private static Peer Fake(FakePeer peer) => new(peer.Address, "ticket");

    private static byte[] Changed(int at)
    {
        var bytes = Archive.Bytes.ToArray();
        bytes[at] ^= 1;
        return bytes;
    }

    private static byte[] Lie(string what) => what switch
    {
        "a link to nothing" => new TarBuilder().HardLink("link", "nothing").Build(),
        "a name that is too long" => new TarBuilder().File(new string('n', 300), "").Build(),
        "the same name as a file and below it" => new TarBuilder().File("a", "").File("a/b", "").Build(),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private static Task<StorageException> RefusedAsync(ServedRoot to, params Peer[] peers) =>
        Assert.ThrowsAsync<StorageException>(
            () => to.PutFromAsync(ServedRoot.DigestOf(Archive), "here", Hasty, peers));

    private static async Task<string> TreeAsync(ServedRoot root, string layer)
    {
        var mounted = await root.Client.MountLayerAsync(layer, readOnly: true);
        var all = await Command.RunInAsync(mounted, "find", ".", "!", "-type", "d", "-printf",
            "%P|%y|%m|%U:%G|%n|%T@|%l|%s|%b\\n");
        var directories = await Command.RunInAsync(mounted, "find", ".", "-type", "d", "-printf", "%P|%m|%U:%G\\n");
        var attributes = await Command.RunInAsync(
            mounted, "find", ".", "-type", "f", "-exec", "getfattr", "--dump", "--match=-", "{}", ";");
        await root.Client.UnmountLayerAsync(layer);
        return string.Join('\n', new[] { all, directories, attributes }
            .SelectMany(outcome => outcome.Succeeded().Lines).Order(StringComparer.Ordinal));
    }

    private static LayerArchive ArchiveOf(string kind) => kind switch
    {
        "ordinary" => LayerArchive.Small(5),
        "many" => LayerArchive.ManyFiles(6, 500),
        // 4 KiB of content at its beginning and at its end, and a hole of 64 MiB between them.
        "holes" => new LayerArchive(new TarBuilder().Directory("d/")
            .Pax(
                ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "d/sparse"),
                ("GNU.sparse.realsize", "67117056"))
            .File("d/GNUSparseFile.0/sparse", [
                .. Encoding.ASCII.GetBytes("2\n0\n4096\n67112960\n4096\n".PadRight(512, '\0')),
                .. Noise.Of(8, 8192)])
            .File("d/behind", "it").Build()),
        "junk" => new LayerArchive([.. LayerArchive.Small(9).Bytes, .. Noise.Of(9, 3000)]),
        "nothing" => new LayerArchive(new byte[1024]),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
