// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Scripts;
using Akka.Actor;

namespace ActorStorage.TestKit.Tests.Scripts;

public sealed class NodeTargetSpec : Akka.TestKit.Xunit2.TestKit
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Should_not_call_late_what_is_there()
    {
        await using var target = new NodeTarget(Sys, TestActor, "");
        var asker = await AskerOf(target);
        await AnswerAsync(asker, 2);
        Assert.IsType<NodeProtocol.FindMissingOk>(await target.NextAsync(TimeSpan.Zero, default));
        Assert.IsType<NodeProtocol.FindMissingOk>(await target.NextAsync(TimeSpan.Zero, default));
        Assert.Null(await target.NextAsync(TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Should_say_that_messages_were_lost_and_give_none_behind_the_gap()
    {
        await using var target = new NodeTarget(Sys, TestActor, "");
        var asker = await AskerOf(target);
        await AnswerAsync(asker, KeptMax + 1);
        for (var i = 0; i < KeptMax; i++) Assert.NotNull(await target.NextAsync(TimeSpan.Zero, default));
        await AnswerAsync(asker, 1);
        foreach (var wait in (TimeSpan[])[TimeSpan.Zero, Patience])
        {
            var lost = await Assert.ThrowsAsync<StorageException>(() => target.NextAsync(wait, default));
            Assert.Equal(StorageErrorKind.TooLarge, lost.Kind);
        }
    }

    private async Task<IActorRef> AskerOf(NodeTarget target)
    {
        target.Send(new NodeProtocol.FindMissing([], null, Caller.Anybody));
        await ExpectMsgAsync<NodeProtocol.FindMissing>(Patience);
        return LastSender;
    }

    /// <summary>Ends when all of them have arrived.</summary>
    private static async Task AnswerAsync(IActorRef asker, int count)
    {
        for (var i = 0; i < count; i++) asker.Tell(new NodeProtocol.FindMissingOk([]));
        await asker.Ask<ActorIdentity>(new Identify(null), Patience);
    }
}
