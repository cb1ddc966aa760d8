// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Locking;

/// <summary>
/// Who asks one question of a walk. The answer comes to the store together with this, so that one to a question of an
/// earlier life of the store, which has the same address, is not taken for the one it waits for.
/// </summary>
internal sealed class WalkQuestion(IActorRef store) : MinimalActorRef
{
    public override ActorPath Path { get; } = store.Path / "question";

    public override IActorRefProvider Provider => ((IInternalActorRef)store).Provider;

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is IReply reply) store.Tell(new Answered(this, reply));
    }
}

/// <summary>The right has answered.</summary>
internal sealed record Answered(WalkQuestion Question, IReply Reply) : ILocalMessage;
