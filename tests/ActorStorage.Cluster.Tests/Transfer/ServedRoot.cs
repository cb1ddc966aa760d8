// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Configuration;
using Akka.Event;

namespace ActorStorage.Cluster.Tests.Transfer;

/// <summary>A root with an engine on it, and a server of its layers.</summary>
internal sealed class ServedRoot : IAsyncDisposable
{
    private readonly EngineRoot _root;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        // Whom to believe is for peers; this one believes anybody.
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    });
    private TransferServer? _server;

    private ServedRoot(string driver) => _root = new EngineRoot(driver);

    public EngineRoot Root => _root;

    public StorageClient Client { get; private set; } = null!;

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(32);

    public Tickets Tickets => new(Secret);

    public TransferServer Server => _server!;

    /// <param name="settings">HOCON below actor-storage.transfer.</param>
    public static async Task<ServedRoot> StartAsync(
        string settings = "", string driver = "overlay", ILoggingAdapter? log = null)
    {
        var served = new ServedRoot(driver);
        try
        {
            served.Client = await served._root.StartAsync();
            served._server = await TransferServer.StartAsync(
                served.Client, served.Tickets, Settings(settings), log);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    public static TransferSettings Settings(string settings = "") => TransferSettings.From(
        ConfigurationFactory.ParseString($"actor-storage.transfer {{ {settings} }}"));

    public static Digest DigestOf(LayerArchive archive) => new($"sha256:{archive.Sha256}");

    public async Task<Digest> PutAsync(LayerArchive archive, string id)
    {
        await Client.PutLayerAsync(EngineRoot.Of(archive, id));
        return DigestOf(archive);
    }

    public string Ticket(Digest digest) => Tickets.Issue(digest, "spec", TimeSpan.FromMinutes(1));

    public Peer Peer(Digest digest) => new(Server.Address, Ticket(digest));

    /// <summary>What the server answers, its body unread.</summary>
    /// <param name="ticket">Null for none.</param>
    public Task<HttpResponseMessage> AskAsync(
        string digest, string? ticket, string? range = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(
            method ?? HttpMethod.Get, new Uri(Server.Address, $"/layers/{digest}"));
        if (ticket is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {ticket}");
        if (range is not null) request.Headers.TryAddWithoutValidation("Range", range);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<byte[]> BytesAsync(Digest digest, long offset = 0)
    {
        using var answer = await AskAsync(digest.Value, Ticket(digest), offset > 0 ? $"bytes={offset}-" : null);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Puts the layer here from the peers.</summary>
    public Task<PeerPutOk> PutFromAsync(Digest digest, string id, string settings, params Peer[] peers) =>
        PeerPut.RunAsync(
            Client, new PutLayer(new NewLayer { Id = new LayerId(id) }), digest, null, peers, Settings(settings),
            DateTimeOffset.UtcNow.AddMinutes(2));

    /// <summary>The layer's archive, as this root puts it together.</summary>
    public async Task<byte[]> ArchiveAsync(string id)
    {
        using var bytes = new MemoryStream();
        await Client.DiffAsync(id, bytes, Compression.None);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _http.Dispose();
        await _root.DisposeAsync();
    }
}
