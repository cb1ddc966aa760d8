// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Journal;

/// <summary>
/// Stands for an asker whose request was handed on to an actor that may end with its mailbox full. The first answer
/// counts: that of the actor, or the refusal that is told for it.
/// </summary>
internal sealed class OwedAnswer(IActorRef asker, IActorRef by) : MinimalActorRef
{
    private int _isGiven;

    public bool IsGiven => Volatile.Read(ref _isGiven) != 0;

    public override ActorPath Path { get; } = by.Path / "owed";

    public override IActorRefProvider Provider => ((IInternalActorRef)by).Provider;

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (Interlocked.Exchange(ref _isGiven, 1) == 0) asker.Tell(message, sender);
    }
}
