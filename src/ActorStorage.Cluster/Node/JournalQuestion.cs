// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Node;

/// <summary>Asks the journal for those who have no mailbox of their own.</summary>
internal sealed class JournalQuestion(IActorRef journal, TimeSpan waitMax, TimeProvider time)
{
    /// <exception cref="StorageException">The refusal; Cancelled when the journal has ended.</exception>
    public async Task<T> AskAsync<T>(Func<Asker, IRequest> request, CancellationToken cancellation)
        where T : IReply
    {
        var deadline = time.GetUtcNow() + waitMax;
        try
        {
            return await journal.Ask<IReply>(
                replyTo => request(new Asker(replyTo, deadline)), waitMax, cancellation).ConfigureAwait(false) switch
            {
                T answer => answer,
                Refused refused => throw new StorageException(refused.Error),
                var other => throw new InvalidOperationException($"{other.GetType().Name} is no answer to this"),
            };
        }
        catch (AskTimeoutException late)
        {
            throw new StorageException(
                StorageErrorKind.Cancelled, "the journal did not answer: it has stopped", cause: late);
        }
    }
}
