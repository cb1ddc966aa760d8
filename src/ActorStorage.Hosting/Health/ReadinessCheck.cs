// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorStorage.Hosting.Health;

/// <summary>
/// Whether a layer could be put now: the root is open, each of its locks can be had in time, and no less room is there
/// than must stay free. Degraded when only the journal is away: then layers are served as ever.
/// </summary>
internal sealed class ReadinessCheck : IAkkaHealthCheck
{
    private const int ChecksAtOnceMax = 4;
    private static readonly LinuxDisk Disk = new();

    // Locks and full disks are waited for here, never on the pool.
    private static readonly DiskThreads Threads = new("readiness", ChecksAtOnceMax, queueMax: ChecksAtOnceMax);

    public async Task<HealthCheckResult> CheckHealthAsync(
        AkkaHealthCheckContext context, CancellationToken cancellationToken)
    {
        var storage = HostedStorage.Of(context.ActorSystem);
        try
        {
            await AskAsync(
                storage, storage.Storage, asker => new StorageProtocol.GetAddresses(asker), cancellationToken)
                .ConfigureAwait(false);
            await Threads.Run(() => HasLocksAndRoom(storage, cancellationToken)).ConfigureAwait(false);
            return storage.Journal is { } journal
                ? await JournalAsync(storage, journal, cancellationToken).ConfigureAwait(false)
                : HealthCheckResult.Healthy();
        }
        catch (StorageException why)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"{why.Kind}: {why.Message}", why);
        }
    }

    private static bool HasLocksAndRoom(HostedStorage storage, CancellationToken cancellation)
    {
        var (paths, time) = (storage.Settings.Paths, storage.Settings.Time);
        var started = time.GetTimestamp();
        string?[] locks =
            [paths.StorageLock, paths.LayersLock, paths.ImageStoreLayersLock, paths.ImagesLock, paths.ContainersLock];
        foreach (var path in locks.OfType<string>())
        {
            var left = storage.Hosting.LockWaitMax - time.GetElapsedTime(started);
            LockWait.Acquire(path, LockMode.Exclusive, left, cancellation).Dispose();
        }
        foreach (var path in ((string?[])[paths.DriverHome, paths.ImageStoreHome]).OfType<string>())
        {
            using var home = Disk.OpenDirectory(path);
            var (free, floor) = (Disk.FreeBytes(home), storage.Settings.FreeBytesMin);
            if (free < floor) throw new StorageException(
                StorageErrorKind.NoSpace, $"{free} bytes are free in {path}, and {floor} must stay free", path);
        }
        return true;
    }

    private static async Task<HealthCheckResult> JournalAsync(
        HostedStorage storage, IActorRef journal, CancellationToken cancellation)
    {
        var health = (JournalProtocol.GetHealthOk)await AskAsync(
            storage, journal, asker => new JournalProtocol.GetHealth(asker), cancellation).ConfigureAwait(false);
        return health.Health switch
        {
            JournalHealth.Healthy => HealthCheckResult.Healthy(),
            JournalHealth.Degraded degraded => HealthCheckResult.Degraded(
                $"the journal is away since {degraded.Since:O}: {degraded.Reason}"),
            _ => HealthCheckResult.Degraded("the journal is being opened"),
        };
    }

    private static async Task<IReply> AskAsync(
        HostedStorage storage, IActorRef actor, Func<Asker, IRequest> request, CancellationToken cancellation)
    {
        var max = storage.Hosting.AnswerMax;
        try
        {
            var reply = await actor.Ask<IReply>(
                replyTo => request(new Asker(replyTo, storage.Settings.Time.GetUtcNow() + max)),
                max + max, cancellation).ConfigureAwait(false);
            return reply is Refused refused ? throw new StorageException(refused.Error) : reply;
        }
        catch (AskTimeoutException)
        {
            throw new StorageException(StorageErrorKind.Busy, $"{actor.Path.Name} did not answer within {max}");
        }
    }
}
