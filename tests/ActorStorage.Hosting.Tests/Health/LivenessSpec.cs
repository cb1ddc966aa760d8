// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorStorage.Hosting.Tests.Health;

/// <summary>Whether actors get to run.</summary>
public sealed class LivenessSpec
{
    private const string OneThread = """
        akka.actor.default-dispatcher {
          type = ForkJoinDispatcher
          dedicated-thread-pool { thread-count = 1, threadtype = background }
        }
        """;

    [Fact]
    public async Task Should_be_alive_even_when_the_root_cannot_be_opened()
    {
        await using var hosted = new HostedRoot();
        await File.WriteAllTextAsync(hosted.Root.Graph, "not a directory");
        await hosted.StartAsync();

        Assert.Equal(HealthStatus.Healthy, (await hosted.HealthAsync(StorageHosting.LiveTag)).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await hosted.HealthAsync(StorageHosting.ReadyTag)).Status);
    }

    [Fact]
    public async Task Should_not_be_alive_when_the_default_dispatcher_does_not_come_to_its_work()
    {
        await using var hosted = new HostedRoot();
        using var end = new ManualResetEventSlim();
        IActorRef blocked = ActorRefs.Nobody;
        await hosted.StartAsync(
            options => options.Hosting.AnswerMax = TimeSpan.FromMilliseconds(300),
            akka => akka.AddHocon(OneThread, HoconAddMode.Prepend).WithActors((system, _) =>
                blocked = system.ActorOf(Props.Create(() => new Blocked(end)))));
        Assert.Equal(HealthStatus.Healthy, (await hosted.HealthAsync(StorageHosting.LiveTag)).Status);

        blocked.Tell("block");
        var health = await hosted.HealthAsync(StorageHosting.LiveTag);
        end.Set();

        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        await Eventually.TrueAsync(
            async () => (await hosted.HealthAsync(StorageHosting.LiveTag)).Status == HealthStatus.Healthy,
            "it is alive again");
    }

    private sealed class Blocked(ManualResetEventSlim end) : UntypedActor
    {
        protected override void OnReceive(object message) => end.Wait();
    }
}
