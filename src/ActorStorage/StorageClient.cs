// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using ActorStorage.Layers;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage;

/// <summary>A layer to be put, for callers of <see cref="StorageClient.PutLayerAsync"/>.</summary>
/// <param name="Blob">The layer's tar, compressed or not; null for a layer with nothing in it.</param>
/// <param name="AcceptExisting">Whether a layer that is there already is an answer or a refusal.</param>
/// <param name="Progress">Called on a staging thread, at most some times a second.</param>
public sealed record PutLayer(
    NewLayer Layer, LayerBlob? Blob = null, bool AcceptExisting = false, IProgress<StagingProgress>? Progress = null)
{
    /// <summary>Room that was claimed for it with <see cref="StorageClient.ReserveAsync"/>.</summary>
    public ReservationId? Reservation { get; init; }
}

/// <summary>
/// The engine for those who have no actor of their own: every message as a method. A refusal is a
/// <see cref="StorageException"/> with its <see cref="StorageError"/>; a layer that is a text is an id, a name, or the
/// beginning of one id only. Cancelling a call gives up the answer, and the work as well while it makes something that
/// nobody sees yet, or reads the contents of layers; what a store has been asked to write is written.
/// </summary>
/// <remarks>A call that was cancelled, or came too late, may use the caller's stream for a moment after it has
/// ended.</remarks>
/// <param name="storage">A <see cref="StorageActor"/>.</param>
/// <param name="requestTimeout">How long a call may take, lock waits included; more than 24 days count as 24
/// days.</param>
public sealed partial class StorageClient(IActorRef storage, TimeSpan requestTimeout, TimeProvider? time = null)
{
    /// <summary>The engine answers by the deadline itself; this is for an engine that is gone.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromMilliseconds(int.MaxValue) - Grace;  // what Ask takes
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly TimeSpan _requestTimeout = requestTimeout < TimeoutMax ? requestTimeout : TimeoutMax;

    // A watch lasts as long as the engine: one for all who share it.
    private Lazy<Task> _ended = new(() => storage.WatchAsync());
    private RequestsInFlight _inFlight = new();
    private string? _name;

    /// <summary>The same engine for somebody with a name, or with the key of a request: the journal says then who put
    /// a layer or an image. What is asked so is waited for at the end as well.</summary>
    public StorageClient As(string name) =>
        new(storage, _requestTimeout, _time) { _name = name, _inFlight = _inFlight, _ended = _ended };

    /// <summary>Returns when the root is open.</summary>
    public Task OpenAsync(CancellationToken cancellation = default) =>
        Ask<StorageProtocol.GetAddressesOk>(asker => new StorageProtocol.GetAddresses(asker), cancellation);

    /// <summary>Unpacks the blob outside every lock and makes the layer visible.</summary>
    public Task<StagingProtocol.PutLayerOk> PutLayerAsync(PutLayer put, CancellationToken cancellation = default) =>
        Ask<StagingProtocol.PutLayerOk>(
            asker => new StagingProtocol.PutLayer(
                put.Layer, put.Blob, put.AcceptExisting, put.Progress, asker, cancellation)
            {
                Reservation = put.Reservation,
            },
            cancellation);

    public async Task<LayerRecord> GetLayerAsync(string layer, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.GetLayerOk>(asker => new LayerProtocol.GetLayer(layer, asker), cancellation)).Layer;

    /// <returns>Null when nothing answers to that text.</returns>
    public async Task<LayerRecord?> FindLayerAsync(string layer, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.FindLayerOk>(asker => new LayerProtocol.FindLayer(layer, asker), cancellation)).Layer;

    /// <summary>All layers at one point in time.</summary>
    public async Task<IReadOnlyList<LayerRecord>> ListLayersAsync(CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.ListLayersOk>(asker => new LayerProtocol.ListLayers(asker), cancellation)).Layers;

    /// <summary>Layers whose blob, uncompressed tar, or table of contents has this digest.</summary>
    public async Task<IReadOnlyList<LayerRecord>> FindLayersByDigestAsync(
        Digest digest, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.ListLayersOk>(
            asker => new LayerProtocol.FindLayersByDigest(digest, asker), cancellation)).Layers;

    /// <returns>The names afterwards.</returns>
    public async Task<IReadOnlyList<string>> ChangeNamesAsync(
        string layer, NamesChange change, IReadOnlyList<string> names, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.ChangeLayerNamesOk>(
            asker => new LayerProtocol.ChangeLayerNames(layer, change, [.. names], PassOn: false, asker),
            cancellation)).Names;

    public Task SetMetadataAsync(string layer, string metadata, CancellationToken cancellation = default) =>
        Ask<LayerProtocol.SetLayerMetadataOk>(
            asker => new LayerProtocol.SetLayerMetadata(layer, metadata, PassOn: false, asker), cancellation);

    public Task SetBigDataAsync(
        string layer, string key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default) =>
        Ask<LayerProtocol.SetBigDataOk>(asker => new LayerProtocol.SetBigData(layer, key, value, asker), cancellation);

    public async Task<ReadOnlyMemory<byte>> GetBigDataAsync(
        string layer, string key, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.GetBigDataOk>(
            asker => new LayerProtocol.GetBigData(layer, key, asker), cancellation)).Value;

    /// <param name="force">Also when images, containers or other layers need it.</param>
    public Task DeleteLayerAsync(string layer, bool force = false, CancellationToken cancellation = default) =>
        Ask<LayerProtocol.DeleteLayerOk>(asker => new LayerProtocol.DeleteLayer(layer, force, asker), cancellation);

    /// <summary>Mounts a layer, or counts one user more.</summary>
    /// <returns>The mount point.</returns>
    public async Task<string> MountLayerAsync(
        string layer, bool readOnly = false, string? mountLabel = null, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.MountLayerOk>(
            asker => new StorageProtocol.MountLayer(layer, OrContainer: false, readOnly, mountLabel, asker),
            cancellation)).MountPoint;

    /// <returns>Whether it is unmounted now: false while others use it.</returns>
    public async Task<bool> UnmountLayerAsync(
        string layer, bool force = false, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.UnmountLayerOk>(
            asker => new StorageProtocol.UnmountLayer(layer, OrContainer: false, force, asker),
            cancellation)).Unmounted;

    public async Task<int> MountCountAsync(string layer, CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.GetMountCountOk>(
            asker => new LayerProtocol.GetMountCount(layer, asker), cancellation)).Count;

    public async Task<IReadOnlyList<MountPoint>> ListMountsAsync(CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.ListMountsOk>(asker => new LayerProtocol.ListMounts(asker), cancellation)).Mounts;

    /// <summary>Takes the mount of the driver's home away; refused while a layer is mounted.</summary>
    public Task ShutdownAsync(bool force = false, CancellationToken cancellation = default) =>
        Ask<StorageProtocol.ShutdownOk>(asker => new StorageProtocol.Shutdown(force, asker), cancellation);

    public async Task<StorageStatus> StatusAsync(CancellationToken cancellation = default) =>
        (await Ask<StorageProtocol.GetStatusOk>(asker => new StorageProtocol.GetStatus(asker), cancellation)).Status;

    /// <summary>Whether the root is open, and what of the engine is away.</summary>
    public async Task<StorageHealth> HealthAsync(CancellationToken cancellation = default) =>
        (await Ask<StorageProtocol.GetHealthOk>(asker => new StorageProtocol.GetHealth(asker), cancellation)).Health;

    public async Task<ImmutableArray<LockStatistics>> LockStatisticsAsync(CancellationToken cancellation = default) =>
        (await Ask<LayerProtocol.GetLockStatisticsOk>(
            asker => new LayerProtocol.GetLockStatistics([], asker), cancellation)).Locks;

    /// <summary>Refuses as Cancelled what is asked through this client from now on, and waits for the answers that are
    /// due.</summary>
    /// <returns>False when some were still due in the end.</returns>
    public async Task<bool> DrainAsync(TimeSpan waitMax)
    {
        var drained = _inFlight.EndAsync();
        try
        {
            await drained.WaitAsync(waitMax, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<T> Ask<T>(Func<Asker, IRequest> request, CancellationToken cancellation)
        where T : IReply
    {
        using var inFlight = _inFlight.Begin();
        var deadline = _time.GetUtcNow() + _requestTimeout;
        using var telling = new RequestTelemetry(request, deadline);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = storage.Ask<IReply>(
            replyTo => request(new Asker(replyTo, deadline) { TraceParent = telling.TraceParent, Client = _name }),
            _requestTimeout + Grace, asking.Token);
        await Task.WhenAny(asked, _ended.Value).ConfigureAwait(false);
        // What was in a mailbox when the engine stopped will never be answered.
        if (!asked.IsCompleted) await asking.CancelAsync().ConfigureAwait(false);
        IReply reply;
        try
        {
            reply = await asked.ConfigureAwait(false);
        }
        catch (Exception unanswered) when (unanswered is AskTimeoutException
            || (unanswered is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            telling.Fail(StorageErrorKind.Cancelled);
            throw new StorageException(StorageErrorKind.Cancelled, "the engine did not answer: it has stopped");
        }
        if (reply is Refused { Error: var error }) telling.Fail(error.Kind);
        // Whichever comes first, the engine's refusal or the token: the caller sees the same.
        if (reply is Refused { Error.Kind: StorageErrorKind.Cancelled }) cancellation.ThrowIfCancellationRequested();
        return reply switch
        {
            Refused refused => throw new StorageException(refused.Error),
            T answer => answer,
            _ => throw new InvalidOperationException($"{reply.GetType().Name} is no answer to this request"),
        };
    }
}
