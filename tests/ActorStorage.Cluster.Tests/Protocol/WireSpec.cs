// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Protocol;

/// <summary>Every message over a real connection between two actor systems.</summary>
public sealed class WireSpec : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ActorSystem _here = RemoteSystem.Create("here");
    private readonly ActorSystem _there = RemoteSystem.Create("there");

    public async ValueTask DisposeAsync()
    {
        await _here.Terminate();
        await _there.Terminate();
    }

    [Fact]
    public async Task Should_bring_every_message_over_and_back_as_it_was()
    {
        _there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = _here.ActorSelection($"{RemoteSystem.AddressOf(_there)}/user/echo");
        foreach (var message in Samples.All)
        {
            var back = Assert.IsAssignableFrom<INodeMessage>(await echo.Ask<object>(message, Patience));
            Assert.NotSame(message, back);
            Assert.Equal(message.GetType(), back.GetType());
            Assert.Equal(NodeJson.Write(message), NodeJson.Write(back));
        }
    }

    [Fact]
    public async Task Should_keep_the_connection_when_a_message_is_too_long_to_be_sent()
    {
        _there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = _here.ActorSelection($"{RemoteSystem.AddressOf(_there)}/user/echo");
        var first = await echo.Ask<ActorIdentity>(new Identify(1), Patience);
        first.Subject.Tell(new NodeProtocol.ReleaseLease(new string('x', 5000), Caller.Anybody));
        var answer = await first.Subject.Ask<NodeProtocol.DrainOk>(new NodeProtocol.DrainOk(5), Patience);
        Assert.Equal(5, answer.Unfinished);
    }

    [Fact]
    public async Task Should_refuse_before_sending_what_is_too_long()
    {
        var client = new NodeClient(_here, RemoteSystem.AddressOf(_there));
        var refused = await Assert.ThrowsAsync<StorageException>(() => client.AskAsync<NodeProtocol.ReleaseLeaseOk>(
            new NodeProtocol.ReleaseLease(new string('x', 5000), Caller.Anybody)));
        Assert.Equal(StorageErrorKind.TooLarge, refused.Kind);
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
