// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.TestKit.Scripts;

/// <summary>The way to a node in another process, on this machine or another one: an actor system of its own that
/// listens on a port, because that is how answers come back. Its address is the one from which this machine reaches
/// the node, unless it is told another.</summary>
public sealed class RemoteNode : IAsyncDisposable
{
    /// <summary>What a node is called in its actor system, unless the address says so.</summary>
    public const string UsualPath = $"/user/{NodeClient.ActorName}";

    private const string HostnameKey = "akka.remote.dot-netty.tcp.hostname";
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(30);
    private readonly ActorSystem _system;

    private RemoteNode(ActorSystem system, IActorRef node) => (_system, Node) = (system, node);

    public ActorSystem System => _system;

    public IActorRef Node { get; }

    /// <param name="address"><c>akka.tcp://SYSTEM@HOST:PORT</c>, with <see cref="UsualPath"/> or another path behind
    /// it.</param>
    /// <param name="config">Overrides, TLS for instance.</param>
    /// <exception cref="StorageException">Invalid: that is no address. Io: this machine knows no way to the host.
    /// Nobody finds out here whether there is a node.</exception>
    public static RemoteNode Connect(string address, Config? config = null)
    {
        var path = address.TrimEnd('/');
        if (path.Split('/').Length <= 3) path += UsualPath;
        if (!ActorPath.TryParse(path, out var parsed)
            || parsed.Address is not { Host: { } host, Port: { } port })
        {
            throw new StorageException(
                StorageErrorKind.Invalid, $"{address} is no address such as akka.tcp://SYSTEM@HOST:PORT");
        }
        var defaults = ConfigurationFactory.ParseString("""
            akka {
              actor.provider = remote
              remote.dot-netty.tcp.port = 0
              stdout-loglevel = OFF
              loglevel = OFF
              log-dead-letters = off
              coordinated-shutdown.run-by-clr-shutdown-hook = off
            }
            """).WithFallback(WireSettings.Reference());
        var all = config is null ? defaults : config.WithFallback(defaults);
        if (!all.HasPath(HostnameKey))
        {
            var own = $"{HostnameKey} = \"{AddressTowards(host, port)}\"";
            all = ConfigurationFactory.ParseString(own).WithFallback(all);
        }
        var system = ActorSystem.Create("actor-storage-drive", all);
        return new RemoteNode(system, ((ExtendedActorSystem)system).Provider.ResolveActorRef(path));
    }

    public async ValueTask DisposeAsync() => await _system.Terminate().WaitAsync(EndMax);

    /// <summary>As the routes say: a socket for datagrams has it before anything is sent.</summary>
    private static IPAddress AddressTowards(string host, int port)
    {
        try
        {
            // An address of the older kind, when there is one: nodes are rarely reached by the other one alone.
            var there = Dns.GetHostAddresses(host).OrderBy(each => each.AddressFamily).First();
            using var socket = new Socket(there.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(there, port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException fault)
        {
            throw new StorageException(StorageErrorKind.Io, $"no way to {host}: {fault.Message}", cause: fault);
        }
    }
}
