// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Node.Origin;

/// <summary>
/// A blob as it comes over HTTP. When a source fails it goes on where it stopped, at the same source, or at the next
/// one with the same blob. What it gives is not verified: whoever reads it does that. Read on a staging thread, which
/// it blocks, as a file would; waiting itself needs no other thread.
/// </summary>
internal sealed class OriginStream(
    HttpClient http, NodeSettings settings, IReadOnlyList<LayerSource> sources, Action<long> received,
    CancellationToken cancellation) : Stream
{
    private const int ChunkBytes = 128 << 10;
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private int _source;
    private int _failures;
    private long _position;
    private HttpResponseMessage? _response;
    private Stream? _body;
    private CancellationTokenSource _silence = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    private LayerSource Source => sources[_source];

    /// <exception cref="StorageException">NotFound, AccessDenied, DigestMismatch or Io: no source had any more of
    /// it.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants it any more.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                _body ??= Open();
                var count = Receive(Math.Min(buffer.Length, ChunkBytes));
                _chunk.AsSpan(0, count).CopyTo(buffer);
                _position += count;
                if (count > 0) _failures = 0;
                return count;
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested
                && fault is HttpRequestException or IOException or OperationCanceledException or StorageException)
            {
                HangUp();
                GoOn(fault as StorageException ?? new StorageException(
                    StorageErrorKind.Io, fault is OperationCanceledException
                        ? $"{Source.Url}: nothing came for {settings.SilenceMax}"
                        : $"{Source.Url}: {fault.Message}"));
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            HangUp();
            _silence.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Waits, or takes the next source, or gives up.</summary>
    private void GoOn(StorageException fault)
    {
        var mayCome = fault.Kind == StorageErrorKind.Io;
        if (mayCome && _failures < settings.RetriesMax)
        {
            cancellation.WaitHandle.WaitOne(settings.RetryWait * (1 << Math.Min(_failures++, 16)));
            return;
        }
        if (_source + 1 == sources.Count) throw fault;
        _source++;
        _failures = 0;
    }

    private Stream Open()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Source.Url);
        if (_position > 0) request.Headers.Range = new RangeHeaderValue(_position, null);
        _response = Wait(silence => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence));
        Check(_response);
        var body = _body = _response.Content.ReadAsStream(cancellation);
        // Who does not know ranges sends all of it again.
        if (_response.StatusCode == HttpStatusCode.OK) Skip(_position);
        return body;
    }

    private void Check(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new StorageException(
                response.StatusCode switch
                {
                    HttpStatusCode.NotFound or HttpStatusCode.Gone => StorageErrorKind.NotFound,
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => StorageErrorKind.AccessDenied,
                    _ => StorageErrorKind.Io,
                },
                $"{Source.Url}: {(int)response.StatusCode} {response.ReasonPhrase}");
        }
        var range = response.Content.Headers.ContentRange;
        if (response.StatusCode == HttpStatusCode.PartialContent && range?.From != _position)
            throw new StorageException(StorageErrorKind.Io, $"{Source.Url}: sent another range than asked for");
        var size = response.StatusCode == HttpStatusCode.PartialContent
            ? range!.Length
            : response.Content.Headers.ContentLength;
        if (Source.SizeBytes is { } announced && size is { } actual && announced != actual)
        {
            throw new StorageException(
                StorageErrorKind.DigestMismatch, $"{Source.Url}: has {actual} bytes and not {announced}");
        }
    }

    private void Skip(long bytes)
    {
        while (bytes > 0)
        {
            var count = Receive((int)Math.Min(bytes, ChunkBytes));
            if (count == 0) throw new IOException("ended before the place where it stopped last time");
            bytes -= count;
        }
    }

    private int Receive(int countMax)
    {
        var count = Wait(silence => _body!.ReadAsync(_chunk.AsMemory(0, countMax), silence).AsTask());
        received(count);
        return count;
    }

    /// <summary>Blocks this thread, which is for that.</summary>
    private T Wait<T>(Func<CancellationToken, Task<T>> begin)
    {
        if (_silence.IsCancellationRequested)
        {
            _silence.Dispose();
            _silence = new CancellationTokenSource();
        }
        _silence.CancelAfter(settings.SilenceMax);
        using var stopping = cancellation.UnsafeRegister(
            static silence => ((CancellationTokenSource)silence!).Cancel(), _silence);
        return begin(_silence.Token).GetAwaiter().GetResult();
    }

    private void HangUp()
    {
        _body?.Dispose();
        _response?.Dispose();
        (_body, _response) = (null, null);
    }
}
