// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorStorage.Hosting.Health;

/// <summary>Whether actors get to run: on the default dispatcher, and the one that speaks for the root. What cannot be
/// served now says the other check; a restart of the process would not help there.</summary>
internal sealed class LivenessCheck : IAkkaHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        AkkaHealthCheckContext context, CancellationToken cancellationToken)
    {
        var storage = HostedStorage.Of(context.ActorSystem);
        foreach (var actor in (IActorRef[])[storage.Pulse, storage.Storage])
        {
            try
            {
                var answer = await actor
                    .Ask<ActorIdentity>(new Identify(null), storage.Hosting.AnswerMax, cancellationToken)
                    .ConfigureAwait(false);
                if (answer.Subject is null) return Failed(context, $"{actor.Path.Name} has ended");
            }
            catch (AskTimeoutException)
            {
                return Failed(context, $"{actor.Path.Name} did not answer within {storage.Hosting.AnswerMax}");
            }
        }
        return HealthCheckResult.Healthy();
    }

    private static HealthCheckResult Failed(AkkaHealthCheckContext context, string why) =>
        new(context.Registration.FailureStatus, why);
}
