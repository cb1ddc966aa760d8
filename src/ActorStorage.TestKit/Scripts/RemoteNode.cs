// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.TestKit.Scripts;

/// <summary>The way to a node in another process: an actor system of its own that listens on a port of loopback, or
/// where it is told to, because that is how answers come back.</summary>
public sealed class RemoteNode : IAsyncDisposable
{
    /// <summary>What a node is called in its actor system, unless the address says so.</summary>
    public const string UsualPath = $"/user/{NodeClient.ActorName}";

    private readonly ActorSystem _system;

    private RemoteNode(ActorSystem system, IActorRef node) => (_system, Node) = (system, node);

    public ActorSystem System => _system;

    public IActorRef Node { get; }

    /// <param name="address"><c>akka.tcp://SYSTEM@HOST:PORT</c>, with <see cref="UsualPath"/> or another path behind
    /// it.</param>
    /// <param name="config">Overrides, TLS for instance.</param>
    /// <exception cref="StorageException">Invalid: that is no address. Nobody finds out here whether there is a
    /// node.</exception>
    public static RemoteNode Connect(string address, Config? config = null)
    {
        var path = address.Split('/').Length > 3 ? address : address + UsualPath;
        if (!ActorPath.TryParse(path, out var parsed) || parsed.Address.Host is null || parsed.Address.Port is null)
        {
            throw new StorageException(
                StorageErrorKind.Invalid, $"{address} is no address such as akka.tcp://SYSTEM@HOST:PORT");
        }
        var defaults = ConfigurationFactory.ParseString("""
            akka {
              actor.provider = remote
              remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
              stdout-loglevel = OFF
              loglevel = OFF
              log-dead-letters = off
              coordinated-shutdown.run-by-clr-shutdown-hook = off
            }
            """).WithFallback(WireSettings.Reference());
        var system = ActorSystem.Create(
            "actor-storage-drive", config is null ? defaults : config.WithFallback(defaults));
        return new RemoteNode(system, ((ExtendedActorSystem)system).Provider.ResolveActorRef(path));
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
