// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Locking;

/// <summary>
/// What a store does next for a request that it serves while it holds its lock: answer, or ask a store on its right and
/// go on with what that one says. The lock stays held in between; only this is how a request walks.
/// </summary>
internal abstract record Step
{
    /// <summary>The walk ends here.</summary>
    public sealed record End(IReply Reply) : Step;

    /// <param name="Right">A neighbour on the right: the constructors give no other addresses.</param>
    /// <param name="Request">Made with the asker that hands the answer on to the store.</param>
    /// <param name="Then">Runs on the store's mailbox with the one answer, refusals included.</param>
    public sealed record Ask(IActorRef Right, Func<Asker, IRequest> Request, Func<IReply, Step> Then) : Step;

    public static Step Of(IReply reply) => new End(reply);

    /// <summary>Asks and goes on when the answer is the wanted one; a refusal is passed to the left as it is.</summary>
    public static Step AskFor<T>(IActorRef right, Func<Asker, IRequest> request, Func<T, Step> then)
        where T : IReply => new Ask(right, request, reply => reply switch
        {
            T wanted => then(wanted),
            Refused refused => new End(refused),
            _ => throw new InvalidOperationException($"{reply.GetType().Name} is no answer to this request"),
        });
}
