// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>An actor that only listens, and may have one other beside it that takes it for its parent.</summary>
internal sealed class Listener
{
    private readonly Channel<object> _heard = Channel.CreateUnbounded<object>();

    public Listener(ActorSystem system, Props? child = null)
    {
        var started = new TaskCompletionSource<IActorRef>();
        Ref = system.ActorOf(Props.Create(() => new Ear(_heard.Writer, child, started)));
        Child = started.Task;
    }

    public IActorRef Ref { get; }

    public Task<IActorRef> Child { get; }

    /// <summary>The next thing that it hears, which must be of that kind.</summary>
    public async Task<T> NextAsync<T>() =>
        Assert.IsType<T>(await _heard.Reader.ReadAsync().AsTask().WaitAsync(DirectoryNode.Patience));

    /// <summary>The first thing of that kind that it hears, whatever comes before it.</summary>
    public async Task<T> FirstAsync<T>(Predicate<T>? wanted = null)
    {
        while (true)
        {
            var heard = await _heard.Reader.ReadAsync().AsTask().WaitAsync(DirectoryNode.Patience);
            if (heard is T one && wanted?.Invoke(one) != false) return one;
        }
    }

    private sealed class Ear : UntypedActor
    {
        private readonly ChannelWriter<object> _heard;

        public Ear(ChannelWriter<object> heard, Props? child, TaskCompletionSource<IActorRef> started)
        {
            _heard = heard;
            started.SetResult(child is null ? ActorRefs.Nobody : Context.ActorOf(child));
        }

        protected override void OnReceive(object message) => _heard.TryWrite(message);
    }
}
