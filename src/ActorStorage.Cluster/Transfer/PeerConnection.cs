// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Transfer;

/// <summary>A peer that does not give what it was asked for.</summary>
/// <param name="mayPass">Whether it is worth asking it again.</param>
internal sealed class PeerFailure(StorageErrorKind kind, string message, bool mayPass, TimeSpan? wait = null)
    : Exception(message)
{
    public StorageErrorKind Kind { get; } = kind;
    public bool MayPass { get; } = mayPass;

    /// <summary>What the peer asks to wait.</summary>
    public TimeSpan? Wait { get; } = wait;
}

/// <summary>
/// One request to one peer, and its answer. Everything blocks, on a thread that may: so bytes go from the socket to
/// where they are unpacked with nothing between. Who has to wait too long loses the socket.
/// </summary>
internal sealed class PeerConnection : IDisposable
{
    private readonly Peer _peer;
    private readonly TransferSettings _settings;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _http;
    private readonly StallWatch _watch;
    private readonly LeastRate _rate;
    private readonly CancellationTokenRegistration _cancelling;
    private readonly DateTimeOffset _deadline;
    private Socket? _socket;
    private Stream? _connected;
    private HttpResponseMessage? _answer;
    private Stream? _body;

    private PeerConnection(
        Peer peer, TransferSettings settings, DateTimeOffset deadline, CancellationToken cancellation)
    {
        (_peer, _settings, _deadline) = (peer, settings, deadline);
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseDrainSize = 0,
            SslOptions = TransferTls.ClientOptions(settings),
            // It is called on the pool, which must not wait for a network: the connection is there already, and once.
            ConnectCallback = (_, _) => ValueTask.FromResult(
                Interlocked.Exchange(ref _connected, null) ?? throw new IOException("the connection is lost")),
        };
        _http = new HttpMessageInvoker(_handler);
        _watch = new StallWatch(settings.Time);
        _rate = new LeastRate(settings);
        _cancelling = cancellation.Register(_watch.End);
    }

    public Peer Peer => _peer;

    /// <summary>Of the whole archive, from its first byte to its last.</summary>
    public long SizeBytes { get; private set; }

    /// <exception cref="PeerFailure">Why not.</exception>
    public static PeerConnection Open(
        Peer peer, Digest digest, long offset, TransferSettings settings, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        var connection = new PeerConnection(peer, settings, deadline, cancellation);
        try
        {
            connection.Try(() => connection.Ask(digest, offset, cancellation));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>0 at the end of what the peer sends.</returns>
    /// <exception cref="PeerFailure">The connection is broken, or the peer stands still or is too slow.</exception>
    public int Read(Span<byte> buffer)
    {
        var started = _settings.Time.GetTimestamp();
        var count = ReadWatched(buffer);
        if (count == 0 || _rate.IsKept(count, _settings.Time.GetElapsedTime(started))) return count;
        throw new PeerFailure(StorageErrorKind.Io, $"{_peer} sends too little", mayPass: true);
    }

    public void Dispose()
    {
        _cancelling.Dispose();
        _watch.Dispose();
        // Before the answer, which would else be read to its end.
        _socket?.Dispose();
        _answer?.Dispose();
        _http.Dispose();
    }

    private int ReadWatched(Span<byte> buffer)
    {
        Watch();
        try
        {
            return _body!.Read(buffer);
        }
        catch (Exception cause) when (IsBroken(cause))
        {
            throw Broken(cause);
        }
        finally
        {
            // What the reader does with it is no fault of the peer.
            _watch.Pause();
        }
    }

    private int Ask(Digest digest, long offset, CancellationToken cancellation)
    {
        // Whoever said whom to believe wants no tickets where anybody can read them.
        if (_settings.TrustedFile.Length > 0 && _peer.Address.Scheme != Uri.UriSchemeHttps)
        {
            throw new PeerFailure(
                StorageErrorKind.AccessDenied, $"{_peer} does not encrypt, and trusted-file is set", mayPass: false);
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_peer.Address, $"/layers/{digest}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TicketOf(cancellation));
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        Watch();
        _connected = Connect(cancellation);
        Watch();
        _answer = _http.Send(request, CancellationToken.None);
        if (!_answer.IsSuccessStatusCode) throw Refused(_answer);
        SizeBytes = SizeOf(_answer, offset);
        _body = _answer.Content.ReadAsStream(CancellationToken.None);
        return 0;
    }

    /// <summary>From somebody else's code.</summary>
    private string TicketOf(CancellationToken cancellation)
    {
        try
        {
            return _peer.Ticket(cancellation);
        }
        catch (Exception cause)
        {
            throw new PeerFailure(
                StorageError.From(cause).Kind, $"no ticket for {_peer}: {cause.Message}", mayPass: true);
        }
    }

    private NetworkStream Connect(CancellationToken cancellation)
    {
        var addresses = Resolve(cancellation);
        // Not asynchronous in any call: reads block in the kernel then, and no other thread has to wake this one.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // The kernel doubles what it is told. Encryption has buffers of its own on both sides, for a record each.
        socket.ReceiveBufferSize = _settings.ChunkBytes / (_peer.Address.Scheme == Uri.UriSchemeHttps ? 8 : 4);
        _socket = socket;
        _watch.Guard(socket);
        socket.Connect(addresses, _peer.Address.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private IPAddress[] Resolve(CancellationToken cancellation)
    {
        var host = _peer.Address.IdnHost;
        var resolving = NameLookup.StartAsync(host);
        if (Task.WaitAny([resolving], (int)TimeLeft().TotalMilliseconds, cancellation) < 0)
            throw new IOException($"the name {host} was not resolved in time");
        return resolving.GetAwaiter().GetResult();
    }

    private void Watch() => _watch.Restart(TimeLeft());

    /// <summary>For the next step.</summary>
    private TimeSpan TimeLeft()
    {
        var left = _deadline - _settings.Time.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < _settings.StallMax ? left : _settings.StallMax;
    }

    private void Try(Func<int> ask)
    {
        try
        {
            ask();
        }
        catch (Exception cause) when (IsBroken(cause))
        {
            throw Broken(cause);
        }
        finally
        {
            _watch.Pause();
        }
    }

    /// <summary>Where the bytes begin must be where they were asked for.</summary>
    private long SizeOf(HttpResponseMessage answer, long offset)
    {
        var headers = answer.Content.Headers;
        if (offset == 0 && answer.StatusCode == HttpStatusCode.OK && headers.ContentLength is { } whole) return whole;
        if (offset > 0 && answer.StatusCode == HttpStatusCode.PartialContent
            && headers.ContentRange is { From: { } from, To: { } to, Length: { } length }
            && from == offset && to == length - 1 && headers.ContentLength == length - offset)
        {
            return length;
        }
        throw new PeerFailure(StorageErrorKind.Io, $"{_peer} answers something else than was asked", mayPass: false);
    }

    private PeerFailure Refused(HttpResponseMessage answer)
    {
        var named = answer.Headers.TryGetValues(TransferErrors.KindHeader, out var kinds) ? kinds.First() : null;
        var kind = TransferErrors.KindOf(answer.StatusCode, named);
        return new PeerFailure(
            kind, $"{_peer} refuses: {kind} ({(int)answer.StatusCode})",
            TransferErrors.MayPass(answer.StatusCode, kind), answer.Headers.RetryAfter?.Delta);
    }

    private PeerFailure Broken(Exception cause) => new(
        cause is StorageException storage ? storage.Kind : StorageErrorKind.Io,
        _watch.HasEnded ? $"{_peer} has sent nothing for too long" : $"{_peer}: {cause.Message}", mayPass: true);

    private static bool IsBroken(Exception cause) => cause is HttpRequestException or IOException or SocketException
        or ObjectDisposedException or OperationCanceledException or StorageException;
}
