// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Akka.Actor;

namespace ActorStorage.Journal.Tests;

/// <summary>What the event stream is told of the journal's health, in its order.</summary>
internal sealed class HealthLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<JournalHealth> _healths = Channel.CreateUnbounded<JournalHealth>();

    public HealthLog(ActorSystem system) => system.EventStream.Subscribe(
        system.ActorOf(Props.Create(() => new Listener(_healths.Writer))), typeof(JournalHealth));

    public Task<JournalHealth> NextAsync() => _healths.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public sealed class Listener(ChannelWriter<JournalHealth> healths) : UntypedActor
    {
        protected override void OnReceive(object message) => healths.TryWrite((JournalHealth)message);
    }
}
