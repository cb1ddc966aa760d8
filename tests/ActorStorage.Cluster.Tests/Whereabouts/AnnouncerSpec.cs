// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Cluster.Whereabouts.Wire;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

public sealed class AnnouncerSpec : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "announcer", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    /// <summary>So that it knows everything already when all have agreed that it is back.</summary>
    [Fact]
    public async Task Should_tell_also_who_will_keep_a_bucket_again_when_everybody_can_be_reached()
    {
        var settings = DirectorySettings.From();
        var (near, far) = (new Listener(_system), new Listener(_system));
        var (here, gone) = (new BucketOwner("a", near.Ref), new BucketOwner("b", far.Ref));
        var owners = new OwnersAre(
            new BucketOwners([here], settings.Buckets), new BucketOwners([here, gone], settings.Buckets));
        var announcer = _system.ActorOf(AnnouncerActor.Props("a", settings));
        announcer.Tell(owners);

        int[] all = [.. Enumerable.Range(0, settings.Buckets)];
        int[] gones = [.. all.Where(bucket => owners.Whole.Of(bucket) == gone)];
        Assert.Equal(all, (await near.NextAsync<Summarize>()).Buckets);
        Assert.Equal(gones, (await far.NextAsync<Summarize>()).Buckets);
        Assert.InRange(gones.Length, 1, all.Length - 1);

        var layer = Enumerable.Range(0, int.MaxValue).Select(DirectoryNode.Layer)
            .First(each => gones.Contains(DigestKey.Of(each).Bucket(settings.Buckets)));
        announcer.Tell(new DirectoryProtocol.HoldingsChanged([layer], []));
        foreach (var listener in new[] { near, far })
            Assert.Equal(DigestKey.Of(layer).Bytes(), (await listener.FirstAsync<Announce>()).Added);
    }
}
