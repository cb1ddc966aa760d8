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

    public static ActorSystem Create(string name, params Config[] more) => ActorSystem.Create(
        name, more.Aggregate(ConfigurationFactory.ParseString(Remote), (all, next) => all.WithFallback(next))
            .WithFallback(WireSettings.Reference()));

    public static string AddressOf(ActorSystem system) =>
        ((ExtendedActorSystem)system).Provider.DefaultAddress.ToString();
}
