// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorStorage.Cluster.Tests.Node;

/// <summary>A web server with blobs that counts what it sends and fails as it is told.</summary>
internal sealed class OriginServer : IAsyncDisposable
{
    private const int ChunkBytes = 64 << 10;
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<long> _cuts = new();
    private readonly WebApplication _app;
    private long _bytesSent;

    private OriginServer(IPAddress address)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add($"http://{address}:0");
        _app.Run(SendAsync);
    }

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>The paths that were asked for, in their order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public bool KnowsRanges { get; set; } = true;

    /// <summary>What comes after the first half waits for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <param name="address">Null for loopback.</param>
    public static async Task<OriginServer> StartAsync(IPAddress? address = null)
    {
        var server = new OriginServer(address ?? IPAddress.Loopback);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next request breaks off after so many bytes, the one after it after the next number.</summary>
    public void CutAfter(params long[] bytes)
    {
        foreach (var count in bytes) _cuts.Enqueue(count);
    }

    public string Url(string name) => $"{_app.Urls.Single()}/{name}";

    public string Serve(string name, byte[] blob)
    {
        _blobs[name] = blob;
        return Url(name);
    }

    /// <summary>A layer that is to be had here, compressed.</summary>
    public WantedLayer Layer(string name, LayerArchive archive)
    {
        var blob = archive.Gzip();
        var source = new LayerSource(
            Serve(name, blob.Bytes), new Digest($"sha256:{blob.Sha256}"), blob.Bytes.Length);
        return new WantedLayer(new Digest($"sha256:{archive.Sha256}"), [source]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task SendAsync(HttpContext context)
    {
        var name = context.Request.Path.Value!.TrimStart('/');
        Requests.Enqueue(name);
        if (!_blobs.TryGetValue(name, out var blob))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var from = 0L;
        if (KnowsRanges && context.Request.GetTypedHeaders().Range is { } range)
        {
            from = range.Ranges.Single().From!.Value;
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.GetTypedHeaders().ContentRange = new(from, blob.Length - 1, blob.Length);
        }
        context.Response.ContentLength = blob.Length - from;
        var cut = _cuts.TryDequeue(out var count) ? from + count : long.MaxValue;
        for (var at = from; at < blob.Length; at += ChunkBytes)
        {
            if (at + ChunkBytes > blob.Length / 2) await Gate.WaitAsync(context.RequestAborted);
            var end = Math.Min(Math.Min(blob.Length, at + ChunkBytes), cut);
            await context.Response.Body.WriteAsync(blob.AsMemory((int)at..(int)end), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            Interlocked.Add(ref _bytesSent, end - at);
            if (end < cut) continue;
            // What was flushed is on its way; an abort would take it back.
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }
    }
}
