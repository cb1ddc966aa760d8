// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Journal;

/// <summary>For who has just started a journal and wants leases from the first request on: until it is open it refuses
/// them.</summary>
public static class JournalOpening
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <param name="journal">A <see cref="JournalActor"/>.</param>
    /// <returns>Healthy, or how it was when the time was over.</returns>
    /// <exception cref="AskTimeoutException">It has ended.</exception>
    public static async Task<JournalHealth> WaitAsync(
        IActorRef journal, TimeSpan waitMax, CancellationToken cancellation = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var deadline = DateTimeOffset.UtcNow + waitMax;
            var reply = await journal.Ask<JournalProtocol.GetHealthOk>(
                replyTo => new JournalProtocol.GetHealth(new Asker(replyTo, deadline)), waitMax, cancellation)
                .ConfigureAwait(false);
            if (reply.Health is JournalHealth.Healthy || TimeProvider.System.GetElapsedTime(started) > waitMax)
                return reply.Health;
            await Task.Delay(Between, cancellation).ConfigureAwait(false);
        }
    }
}
