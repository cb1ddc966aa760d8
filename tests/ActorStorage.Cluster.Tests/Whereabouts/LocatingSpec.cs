// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Cluster.Whereabouts.Wire;
using Akka.Actor;
using Google.Protobuf;

namespace ActorStorage.Cluster.Tests.Whereabouts;

public sealed class LocatingSpec : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "locating", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Should_ask_again_who_does_not_answer()
    {
        var (keeper, asker) = (new Listener(_system), new Listener(_system));
        var owners = new BucketOwners([new BucketOwner("a", keeper.Ref)], 1);
        var locating = _system.ActorOf(LocatingActor.Props(
            new DirectoryProtocol.FindPlaces(
                [DirectoryNode.Layer(1)], new Asker(asker.Ref, DateTimeOffset.MaxValue)),
            owners, DirectorySettings.From() with { AnswerMax = TimeSpan.FromSeconds(8) }, TimeProvider.System));

        var lost = await keeper.NextAsync<FindHolders>();
        Assert.Equal(owners.View, lost.View);
        Assert.Equal(lost, await keeper.NextAsync<FindHolders>());
        var answer = new FindHoldersOk { Nodes = { "b" }, Places = ByteString.CopyFrom(1), IsComplete = true };
        locating.Tell(answer);
        locating.Tell(answer);

        var found = await asker.NextAsync<DirectoryProtocol.FindPlacesOk>();
        Assert.True(found.IsComplete);
        Assert.Equal(["b"], Assert.Single(found.Places).Nodes);
    }
}
