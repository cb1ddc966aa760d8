// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests;

/// <summary>Actor systems that speak with each other over loopback.</summary>
internal static class RemoteSystem
{
    private const string Remote = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          actor.provider = remote
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """;

    /// <param name="own">Counts more than what makes it silent and remote.</param>
    /// <param name="defaults">Count less.</param>
    public static ActorSystem Create(string name, Config? own = null, Config? defaults = null) => ActorSystem.Create(
        name, (own ?? Config.Empty).WithFallback(ConfigurationFactory.ParseString(Remote))
            .WithFallback(defaults ?? Config.Empty).WithFallback(WireSettings.Reference()));

    public static string AddressOf(ActorSystem system) =>
        ((ExtendedActorSystem)system).Provider.DefaultAddress.ToString();
}
