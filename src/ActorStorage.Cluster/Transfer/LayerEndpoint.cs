// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using Akka.Event;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// <c>GET /layers/DIGEST</c>, with <c>Range: bytes=OFFSET-</c> and <c>Authorization: Bearer TICKET</c>: the
/// uncompressed tar of a layer, put together again from its files. Each transfer has a thread of its own, on which all
/// of the disk is read: a slow receiver holds up no dispatcher, nobody on the pool, and no stager of this node.
/// </summary>
internal sealed class LayerEndpoint : IDisposable
{
    private const string Prefix = "/layers/";
    private const string Scheme = "Bearer ";
    private readonly StorageClient _storage;
    private readonly Tickets _tickets;
    private readonly TransferSettings _settings;
    private readonly ILoggingAdapter? _log;
    private readonly Bandwidth _bandwidth;
    private readonly DiskThreads _threads;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stopping = new();
    private long _servedBytes;

    public LayerEndpoint(
        StorageClient storage, Tickets tickets, TransferSettings settings, ILoggingAdapter? log = null)
    {
        (_storage, _tickets, _settings, _log) = (storage, tickets, settings, log);
        _bandwidth = new Bandwidth(settings.BandwidthMax, settings.Time);
        _threads = new DiskThreads("transfer", settings.TransfersMax, settings.TransfersMax);
        _places = new SemaphoreSlim(settings.TransfersMax);
    }

    public long ServedBytes => Interlocked.Read(ref _servedBytes);

    /// <summary>Told before bytes are handed over; for tests that kill this process.</summary>
    public Action<long>? Serving { get; init; }

    public async Task HandleAsync(HttpContext context)
    {
        var answer = context.Response;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            if (Admit(context.Request, answer) is not { } digest) return;
            var offset = OffsetOf(context.Request.Headers.Range);
            if (!_places.Wait(0)) throw Busy();
            try
            {
                var layers = await FindAsync(digest, ending.Token);
                var reading = await _storage.ReadingAsync(ending.Token);
                await _threads.Run(() => Serve(context, reading, layers, offset, ending.Token));
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception cause)
        {
            var kind = StorageError.From(cause).Kind;
            if (!ending.IsCancellationRequested && kind is not (StorageErrorKind.Cancelled or StorageErrorKind.Busy))
            {
                _log?.Warning(
                    cause, "{Path} is not served to {Client}: {Reason}", context.Request.Path,
                    context.Connection.RemoteIpAddress, cause.Message);
            }
            // A short body must not look like a whole one.
            if (answer.HasStarted) context.Abort();
            else Refuse(answer, kind);
        }
    }

    /// <summary>Ends what is under way.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose()
    {
        _threads.Dispose();
        _places.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Nothing is looked up for whoever has no ticket.</summary>
    private Digest? Admit(HttpRequest request, HttpResponse answer)
    {
        var path = request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || Digest.Fault(path[Prefix.Length..]) is not null)
        {
            answer.StatusCode = StatusCodes.Status404NotFound;
            return null;
        }
        var digest = new Digest(path[Prefix.Length..]);
        switch (_tickets.Check(TicketOf(request.Headers.Authorization), digest))
        {
            case TicketVerdict.Missing:
                answer.StatusCode = StatusCodes.Status401Unauthorized;
                answer.Headers.WWWAuthenticate = Scheme.TrimEnd();
                return null;
            case TicketVerdict.Forged:
                answer.StatusCode = StatusCodes.Status403Forbidden;
                return null;
        }
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return digest;
        answer.StatusCode = StatusCodes.Status405MethodNotAllowed;
        answer.Headers.Allow = "GET, HEAD";
        return null;
    }

    private static string? TicketOf(StringValues authorization) =>
        authorization is [{ } only] && only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? only[Scheme.Length..]
            : null;

    /// <summary>Null for the whole.</summary>
    private static long? OffsetOf(StringValues range)
    {
        const string From = "bytes=";
        if (range.Count == 0) return null;
        return range is [{ } only] && only.StartsWith(From, StringComparison.Ordinal) && only.EndsWith('-')
            && long.TryParse(
                only.AsSpan(From.Length, only.Length - From.Length - 1), NumberStyles.None,
                CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new StorageException(StorageErrorKind.Invalid, "only bytes=OFFSET- is served");
    }

    private async Task<LayerRecord[]> FindAsync(Digest digest, CancellationToken cancellation)
    {
        var found = await _storage.FindLayersByDigestAsync(digest, cancellation);
        LayerRecord[] layers = [.. found.Where(layer => layer.DiffDigest == digest && !layer.Incomplete)];
        if (layers.Length > 0) return layers;
        throw new StorageException(StorageErrorKind.NotFound, $"no layer has the digest {digest}");
    }

    /// <summary>On a thread of its own.</summary>
    private bool Serve(
        HttpContext context, LayerReading reading, LayerRecord[] layers, long? offset, CancellationToken ending)
    {
        var (archive, sizeBytes) = Open(reading, layers);
        using (archive)
        {
            var answer = context.Response;
            if (offset is { } first && first >= sizeBytes)
            {
                answer.Headers.ContentRange = $"bytes */{sizeBytes}";
                throw new StorageException(StorageErrorKind.Invalid, $"the archive has {sizeBytes} bytes");
            }
            answer.ContentType = "application/x-tar";
            answer.ContentLength = sizeBytes - (offset ?? 0);
            answer.Headers.AcceptRanges = "bytes";
            if (offset is { } from)
            {
                answer.StatusCode = StatusCodes.Status206PartialContent;
                answer.Headers.ContentRange = $"bytes {from}-{sizeBytes - 1}/{sizeBytes}";
            }
            if (HttpMethods.IsHead(context.Request.Method)) return true;
            // The thread is our own: it may block.
            answer.StartAsync(ending).GetAwaiter().GetResult();
            using var body = new ServedStream(answer.BodyWriter, _bandwidth, _settings, Count, ending);
            archive.WriteTo(body, offset ?? 0, ending);
            return true;
        }
    }

    /// <summary>The first of several layers with the same contents that was made from an archive.</summary>
    private static (RebuiltArchive Archive, long SizeBytes) Open(LayerReading reading, LayerRecord[] layers)
    {
        foreach (var layer in layers)
        {
            // What was pulled in part has no length, and nothing to put together.
            if (layer.DiffSizeBytes >= 0 && LayerDiff.TryOpenArchive(reading, layer) is { } archive)
                return (archive, layer.DiffSizeBytes);
        }
        throw new StorageException(StorageErrorKind.NotSupported, $"layer {layers[0].Id} was made from no archive");
    }

    private void Count(long bytes)
    {
        Serving?.Invoke(bytes);
        Interlocked.Add(ref _servedBytes, bytes);
    }

    private StorageException Busy() =>
        new(StorageErrorKind.Busy, $"{_settings.TransfersMax} layers are being served already");

    private void Refuse(HttpResponse answer, StorageErrorKind kind)
    {
        var range = answer.Headers.ContentRange;
        answer.Clear();
        var status = TransferErrors.StatusOf(kind);
        answer.StatusCode = (int)status;
        answer.Headers[TransferErrors.KindHeader] = kind.ToString();
        if (status == HttpStatusCode.RequestedRangeNotSatisfiable) answer.Headers.ContentRange = range;
        if (status == HttpStatusCode.ServiceUnavailable)
        {
            answer.Headers.RetryAfter = Math.Ceiling(_settings.BusyWait.TotalSeconds)
                .ToString(CultureInfo.InvariantCulture);
        }
    }
}
