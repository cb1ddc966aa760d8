// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Transfer;

public sealed class PeerConnectionSpec
{
    private const int Connections = 16;
    private static readonly Digest Layer = ServedRoot.DigestOf(LayerArchive.Small(1));

    [Fact]
    public async Task Should_wait_on_its_own_thread_for_a_peer_that_does_not_take_it_up()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // The kernel takes up as many as fit into the queue, and does not answer the others.
        deaf.Listen(0);
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        using var cancelling = new CancellationTokenSource();
        var opening = Enumerable.Range(0, Connections + 4)
            .Select(_ => FailingAsync(new Uri($"http://127.0.0.1:{port}/"), cancelling.Token)).ToArray();

        await Eventually.TrueAsync(() => ConnectingTo(port) >= Connections, "they wait for the peer");

        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        Assert.InRange(most - free, 0, Connections - 1);
        await cancelling.CancelAsync();
        await Task.WhenAll(opening).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Should_reach_a_peer_by_its_name()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(LayerArchive.Small(1), "there");
        var named = new UriBuilder(from.Server.Address) { Host = "localhost" }.Uri;
        await to.PutFromAsync(digest, "here", "", new Peer(named, from.Ticket(digest)));

        var nobody = await FailingAsync(new Uri("http://nowhere.invalid/"), CancellationToken.None);
        Assert.Equal((StorageErrorKind.Io, true), (nobody.Kind, nobody.MayPass));
    }

    private static Task<PeerFailure> FailingAsync(Uri address, CancellationToken cancellation) =>
        Task.Factory.StartNew(
            () => Assert.Throws<PeerFailure>(() => PeerConnection.Open(
                new Peer(address, "ticket"), Layer, 0, ServedRoot.Settings("stall-max = 1m"),
                DateTimeOffset.UtcNow.AddMinutes(1), cancellation)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static int ConnectingTo(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(connection => connection.State == TcpState.SynSent && connection.RemoteEndPoint.Port == port);
}
