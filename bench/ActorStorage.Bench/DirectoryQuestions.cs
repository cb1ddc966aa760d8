// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace ActorStorage.Bench;

/// <summary>
/// How long the directory takes to say where 1,000 layers are, and what it costs those who keep it. They are three real
/// members of a cluster over loopback; of the nodes that have the layers there are only the announcements, which one of
/// the members sends for all of them.
/// </summary>
internal static class DirectoryQuestions
{
    private const int Hosts = 3;
    private const int Asked = 1000;
    private const int Questions = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(int nodes, int layers)
    {
        var config = ConfigurationFactory.ParseString("""
            akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off, remote.dot-netty.tcp.port = 0 }
            akka.actor.serializers.actor-storage-directory = "ActorStorage.Bench.DirectorySizes, ActorStorage.Bench"
            """).WithFallback(DirectorySettings.Reference());
        var settings = DirectorySettings.From(config);
        ActorSystem[] systems = [.. Enumerable.Range(0, Hosts).Select(_ => ActorSystem.Create("bench", config))];
        IActorRef[] directories = [.. systems.Select(system =>
            system.ActorOf(DirectoryActor.Props(settings, client: null), DirectoryActor.ActorName))];
        var clusters = systems.Select(Akka.Cluster.Cluster.Get).ToList();
        foreach (var cluster in clusters) await cluster.JoinAsync(clusters[0].SelfAddress);
        while (clusters.Exists(cluster => cluster.State.Members.Count(IsUp) < Hosts)) await Task.Delay(100);
        await CompleteAsync(directories[0], nodes, layers, known: 0);

        var owners = new BucketOwners(
            clusters.Select(cluster => cluster.SelfAddress.ToString()).Select(address => new BucketOwner(
                address, systems[1].ActorSelection($"{address}/user/{DirectoryActor.ActorName}/buckets"))),
            settings.Buckets);
        IActorRef[] announcers =
            [.. Enumerable.Range(0, nodes).Select(node => Announcer(systems[1], node, layers, settings))];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.StartNew();
        foreach (var announcer in announcers) announcer.Tell(new OwnersAre(owners, owners));
        await CompleteAsync(directories[0], nodes, layers, known: Asked);
        var elapsed = started.ElapsedMilliseconds;
        Print($"{nodes} nodes with {layers} layers each, kept by {Hosts}; known after {elapsed} ms");
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Print($"memory of each who keeps it: {kept / Hosts / 1e6:f1} MB");

        await TimesAsync(directories[0], nodes, layers, Questions / 10);
        var times = await TimesAsync(directories[0], nodes, layers, Questions);
        var (half, most) = (times[Questions / 2], times[Questions * 99 / 100]);
        Print($"where {Asked} are, {Questions} times: p50 {half:f2} ms, p99 {most:f2} ms, longest {times[^1]:f2} ms");
        Print($"largest message: {DirectorySizes.Largest} bytes");
        foreach (var system in systems) await system.Terminate();
    }

    private static bool IsUp(Member member) => member.Status == MemberStatus.Up;

    private static IActorRef Announcer(ActorSystem system, int node, int layers, DirectorySettings settings)
    {
        var announcer = system.ActorOf(AnnouncerActor.Props($"akka.tcp://storage@node-{node}:4053", settings));
        announcer.Tell(new DirectoryProtocol.HoldingsAre([.. Enumerable.Range(0, layers).Select(i => Layer(node, i))]));
        return announcer;
    }

    private static async Task CompleteAsync(IActorRef directory, int nodes, int layers, int known)
    {
        while (true)
        {
            var found = await AskAsync(directory, Some(nodes, layers, new Random(1)));
            if (found.IsComplete && found.Places.Count == known) return;
            await Task.Delay(20);
        }
    }

    private static async Task<double[]> TimesAsync(IActorRef directory, int nodes, int layers, int count)
    {
        var random = new Random(2);
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var asked = Some(nodes, layers, random);
            var started = Stopwatch.GetTimestamp();
            var found = await AskAsync(directory, asked);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (found.Places.Count != Asked) throw new InvalidOperationException($"only {found.Places.Count} found");
        }
        return [.. times.Order()];
    }

    private static Digest[] Some(int nodes, int layers, Random random)
    {
        var some = new HashSet<Digest>();
        while (some.Count < Asked) some.Add(Layer(random.Next(nodes), random.Next(layers)));
        return [.. some];
    }

    private static Digest Layer(int node, int number)
    {
        Span<byte> name = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(name, node);
        BinaryPrimitives.WriteInt32LittleEndian(name[4..], number);
        return Digest.Sha256(SHA256.HashData(name));
    }

    private static Task<DirectoryProtocol.FindPlacesOk> AskAsync(IActorRef directory, Digest[] digests) =>
        directory.Ask<DirectoryProtocol.FindPlacesOk>(
            replyTo => new DirectoryProtocol.FindPlaces(digests, new Asker(replyTo, DateTimeOffset.MaxValue)),
            Patience, default);

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
