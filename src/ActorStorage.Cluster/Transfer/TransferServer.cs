// SPDX-License-Identifier: Apache-2.0
using System.Net;
using ActorStorage.Disk;
using Akka.Event;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace ActorStorage.Cluster.Transfer;

/// <summary>Serves the layers of one root to other nodes, see <see cref="Tickets"/> for whom. Ends before the engine
/// does.</summary>
public sealed class TransferServer : IAsyncDisposable
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(5);
    private readonly WebApplication _web;
    private readonly LayerEndpoint _endpoint;

    private TransferServer(WebApplication web, LayerEndpoint endpoint, Uri address) =>
        (_web, _endpoint, Address) = (web, endpoint, address);

    /// <summary>What others are to be told.</summary>
    public Uri Address { get; }

    /// <summary>Bytes of layers that were sent, since the start.</summary>
    public long ServedBytes => _endpoint.ServedBytes;

    /// <exception cref="StorageException">Invalid: a certificate that is none. Io: the address cannot be listened
    /// on.</exception>
    public static Task<TransferServer> StartAsync(
        StorageClient storage, Tickets tickets, TransferSettings settings, CancellationToken cancellation = default) =>
        StartAsync(storage, tickets, settings, log: null, cancellation);

    /// <inheritdoc cref="StartAsync(StorageClient, Tickets, TransferSettings, CancellationToken)"/>
    /// <param name="log">Told what could not be served, and why; not what was too much, or was broken off by the
    /// receiver.</param>
    public static Task<TransferServer> StartAsync(
        StorageClient storage, Tickets tickets, TransferSettings settings, ILoggingAdapter? log,
        CancellationToken cancellation = default) =>
        StartAsync(storage, tickets, settings, log, serving: null, cancellation);

    internal static async Task<TransferServer> StartAsync(
        StorageClient storage, Tickets tickets, TransferSettings settings, ILoggingAdapter? log,
        Action<long>? serving, CancellationToken cancellation)
    {
        var endpoint = new LayerEndpoint(storage, tickets, settings, log) { Serving = serving };
        WebApplication? web = null;
        try
        {
            web = Build(settings);
            web.Run(endpoint.HandleAsync);
            await web.StartAsync(cancellation);
            return new TransferServer(web, endpoint, AddressOf(web, settings));
        }
        catch (Exception cause)
        {
            // It may listen by now.
            if (web is not null) await web.DisposeAsync();
            endpoint.Dispose();
            if (cause is StorageException or OperationCanceledException) throw;
            throw new StorageException(StorageErrorKind.Io, $"layers cannot be served: {cause.Message}", null, cause);
        }
    }

    /// <summary>Breaks what is under way off: the receivers turn to others.</summary>
    public async ValueTask DisposeAsync()
    {
        _endpoint.Stop();
        using var patience = new CancellationTokenSource(StopMax);
        await _web.StopAsync(patience.Token);
        await _web.DisposeAsync();
        _endpoint.Dispose();
    }

    private static WebApplication Build(TransferSettings settings)
    {
        var tls = TransferTls.ServerOptions(settings);
        // Nothing of the process's environment or files says where it listens, only the settings.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = settings.ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxResponseBufferSize = settings.ChunkBytes / 16;
            // A receiver that stands still is found by whoever writes to it.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = settings.StallMax;
            kestrel.Limits.RequestHeadersTimeout = settings.StallMax;
            kestrel.Listen(IPAddress.Parse(settings.ListenAddress), settings.ListenPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (tls is not null) listen.UseHttps(tls);
            });
        });
        if (tls is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.MaxWriteBufferSize = settings.ChunkBytes / 16;
            // The kernel doubles what it is told. Connections have it from the socket they came by.
            sockets.CreateBoundListenSocket = endpoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                socket.SendBufferSize = settings.ChunkBytes / 8;
                return socket;
            };
        });
        return builder.Build();
    }

    private static Uri AddressOf(WebApplication web, TransferSettings settings)
    {
        var bound = new Uri(web.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return settings.PublicHost.Length == 0 ? bound : new UriBuilder(bound) { Host = settings.PublicHost }.Uri;
    }
}
