// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Bench;

/// <summary>
/// A layer of few files from one root to another over loopback, and beside it the same tar staged from memory. Each put
/// has a root of its own, in memory; the server runs in this process, so that both share its two cores or more.
/// </summary>
internal static class LayerTransfers
{
    private const int Files = 12;
    private const int Rounds = 5;

    /// <summary>Prints medians, and how long it takes to come to an offset.</summary>
    /// <param name="chunkSize">As in the settings; null for theirs.</param>
    public static async Task RunAsync(int megabytes, string? chunkSize)
    {
        var tar = Archive(megabytes);
        var digest = Digest.Sha256(SHA256.HashData(tar));
        using var serving = new BenchRoot();
        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(serving.Paths));
        var local = new LayerBlob("layer", () => new MemoryStream(tar), tar.Length);
        await engine.Client.PutLayerAsync(new PutLayer(new NewLayer { Id = LayerId.Random() }, local));
        var settings = TransferSettings.From(chunkSize is null
            ? null
            : ConfigurationFactory.ParseString($"actor-storage.transfer.chunk-size = {chunkSize}"));
        var tickets = Tickets.Random();
        await using var server = await TransferServer.StartAsync(engine.Client, tickets, settings);
        Peer[] peers = [new(server.Address, _ => tickets.Issue(digest, "bench", settings.TicketLifetime))];

        var (staged, fetched) = (new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            var stage = await MeasureAsync(client => client.PutLayerAsync(
                new PutLayer(new NewLayer { Id = LayerId.Random(), ExpectedDiffDigest = digest }, local)));
            var fetch = await MeasureAsync(client => PeerPut.RunAsync(
                client, new PutLayer(new NewLayer { Id = LayerId.Random() }), digest, tar.Length, peers, settings,
                DateTimeOffset.MaxValue));
            // The first round compiles the code.
            if (round < 0) continue;
            staged.Add(stage);
            fetched.Add(fetch);
        }
        var (byStaging, byFetching) = (Median(staged), Median(fetched));
        Console.WriteLine($"A layer of {tar.Length >> 20} MiB in {Files} files, medians of {Rounds}, "
            + $"chunk-size {settings.ChunkBytes >> 10} KiB:");
        Print("staged from memory", tar.Length, byStaging, byStaging);
        Print("fetched from a peer", tar.Length, byFetching, byStaging);
        await PrintOffsetsAsync(server, tickets, digest, tar.Length);
    }

    private static void Print(string what, long bytes, double seconds, double floor) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {seconds:f2} s | {bytes / seconds / 1e6:f0} MB/s | {seconds / floor:f2} |"));

    private static async Task<double> MeasureAsync(Func<StorageClient, Task> put)
    {
        using var root = new BenchRoot();
        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(root.Paths));
        var started = Stopwatch.GetTimestamp();
        await put(engine.Client);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>From the question to the first bytes.</summary>
    private static async Task PrintOffsetsAsync(TransferServer server, Tickets tickets, Digest digest, long bytes)
    {
        using var http = new HttpClient();
        foreach (var part in (double[])[0, 0.5, 0.99])
        {
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, $"/layers/{digest}"));
                request.Headers.Authorization = new("Bearer", tickets.Issue(digest, "b", TimeSpan.FromMinutes(1)));
                request.Headers.Range = new((long)(part * bytes), null);
                var started = Stopwatch.GetTimestamp();
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                await using var body = await answer.Content.ReadAsStreamAsync();
                await body.ReadExactlyAsync(new byte[4096]);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"first bytes at {part:p0}: {Median(times):f1} ms"));
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>Files that no compression makes smaller, as ustar.</summary>
    private static byte[] Archive(int megabytes)
    {
        using var bytes = new MemoryStream(checked((megabytes + 1) << 20));
        using (var tar = new System.Formats.Tar.TarWriter(bytes, System.Formats.Tar.TarEntryFormat.Ustar, true))
        {
            for (var file = 0; file < Files; file++)
            {
                var content = new byte[(megabytes << 20) / Files];
                new Random(file).NextBytes(content);
                tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(
                    System.Formats.Tar.TarEntryType.RegularFile, $"file-{file}")
                {
                    DataStream = new MemoryStream(content),
                });
            }
        }
        return bytes.ToArray();
    }
}
