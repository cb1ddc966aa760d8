// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using Mono.Unix.Native;

namespace ActorStorage.Cluster.Node.Origin;

/// <summary>Blobs of layers from where they are to be had: over HTTP, or from a file of this machine.</summary>
internal sealed class LayerOrigin(NodeSettings settings) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = settings.ConnectWaitMax,
        ConnectCallback = (connection, connecting) => ConnectAsync(connection.DnsEndPoint, connecting),
        UseCookies = false,
    })
    {
        // Each step has a limit of its own; a large blob may take its time.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Null when the URL is one from which a blob can be had.</summary>
    public static StorageError? Fault(LayerSource source)
    {
        var isKnown = Uri.TryCreate(source.Url, UriKind.Absolute, out var url)
            && url is { Scheme: "http" or "https" } or { Scheme: "file", IsLoopback: true };
        return isKnown ? null : new StorageError(
            StorageErrorKind.Invalid, $"{Quoted.Text(source.Url)} is no URL that begins with http, https or file");
    }

    public static bool IsFile(LayerSource source) => new Uri(source.Url).IsFile;

    /// <summary>How many of the sources, from the first on, have the same blob, so that one can go on for the
    /// other.</summary>
    public static int CountOfSame(IEnumerable<LayerSource> sources)
    {
        var first = sources.First();
        return IsFile(first) || first.BlobDigest is null
            ? 1
            : sources.TakeWhile(source => source.BlobDigest == first.BlobDigest && !IsFile(source)).Count();
    }

    /// <param name="same">Sources of one blob.</param>
    /// <param name="received">Gets the count of bytes that came over the network, from a staging thread.</param>
    public LayerBlob Blob(IReadOnlyList<LayerSource> same, Action<long> received, CancellationToken cancellation)
    {
        var first = same[0];
        if (IsFile(first))
        {
            var path = new Uri(first.Url).LocalPath;
            return new LayerBlob(path, () => Opened(path), first.SizeBytes);
        }
        return new LayerBlob(
            first.Url, () => new OriginStream(_http, settings, same, received, cancellation), first.SizeBytes);
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, CancellationToken connecting)
    {
        var addresses = await NameLookup.StartAsync(end.Host).WaitAsync(connecting).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, end.Port, connecting).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A pipe would keep the thread until somebody writes to it.</summary>
    private static Stream Opened(string path)
    {
        if (Syscall.stat(path, out var found) == 0
            && (found.st_mode & FilePermissions.S_IFMT) != FilePermissions.S_IFREG)
            throw new StorageException(StorageErrorKind.AccessDenied, $"{path} is no regular file", path);
        return LayerBlob.FromFile(path).Open();
    }
}
