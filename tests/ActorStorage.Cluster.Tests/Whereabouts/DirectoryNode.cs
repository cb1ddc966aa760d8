// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>A node's part of the directory in an actor system of its own, in a real cluster over loopback.</summary>
internal sealed class DirectoryNode : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Quick = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          # An end without a word.
          coordinated-shutdown.run-by-actor-system-terminate = off
          remote.dot-netty.tcp.port = 0
          cluster {
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            unreachable-nodes-reaper-interval = 200ms
            failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 2s }
          }
        }
        actor-storage.directory {
          summary-interval = 300ms
          forget-after = 3s
          claim-interval = 300ms
          claim-kept = 2s
        }
        """;

    private DirectoryNode(string more, StorageClient? client)
    {
        var config = ConfigurationFactory.ParseString(Quick + more).WithFallback(DirectorySettings.Reference());
        System = ActorSystem.Create("directory", config);
        Directory = System.ActorOf(
            DirectoryActor.Props(DirectorySettings.From(config), client), DirectoryActor.ActorName);
    }

    public ActorSystem System { get; }

    public IActorRef Directory { get; }

    public string Address => Cluster.SelfAddress.ToString();

    private Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(System);

    /// <param name="client">Of the root that they have; null when they have what they are told.</param>
    public static async Task<DirectoryNode[]> StartAsync(int count, string more = "", StorageClient? client = null)
    {
        DirectoryNode[] nodes = [.. Enumerable.Range(0, count).Select(_ => new DirectoryNode(more, client))];
        foreach (var node in nodes) node.Cluster.Join(nodes[0].Cluster.SelfAddress);
        await Eventually.HoldsAsync(() => Task.FromResult(nodes.All(node => node.Sees(count))));
        return nodes;
    }

    /// <summary>A digest like no other.</summary>
    public static Digest Layer(int number) => Digest.Sha256(
        SHA256.HashData(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))));

    public bool Sees(int members) =>
        Cluster.State.Members.Count(member => member.Status == MemberStatus.Up) == members;

    public bool Reaches(int members) => Sees(3) && Cluster.State.Unreachable.Count == 3 - members;

    public void Has(params Digest[] digests) => Directory.Tell(new DirectoryProtocol.HoldingsAre(digests));

    public Task<DirectoryProtocol.FindPlacesOk> FindAsync(params Digest[] digests) =>
        Directory.Ask<DirectoryProtocol.FindPlacesOk>(
            replyTo => new DirectoryProtocol.FindPlaces(digests, new Asker(replyTo, DateTimeOffset.MaxValue)),
            Patience, default);

    /// <summary>Who keeps which bucket, as this node sees it.</summary>
    public async Task<BucketOwners> OwnersAsync() =>
        (await Directory.Ask<OwnersAre>(OwnersWanted.Instance, Patience)).Owners;

    /// <summary>Waits until it knows of each of these that exactly these nodes have it.</summary>
    public Task FindsAsync(IReadOnlyCollection<Digest> digests, params DirectoryNode[] nodes) =>
        Eventually.HoldsAsync(async () =>
        {
            var found = await FindAsync([.. digests]);
            return found.IsComplete && found.Places.Count == (nodes.Length == 0 ? 0 : digests.Count)
                && found.Places.All(places => places.Nodes.Order().SequenceEqual(
                    nodes.Select(node => node.Address).Order()));
        });

    public Task<IReply> ClaimAsync(
        Digest digest, TimeSpan? within = null, IActorRef? holder = null, bool despiteHolders = false) =>
        Directory.Ask<IReply>(
            replyTo => new DirectoryProtocol.ClaimFetch(
                digest, holder ?? Directory, despiteHolders,
                new Asker(replyTo, DateTimeOffset.UtcNow + (within ?? Patience))),
            2 * Patience, default);

    public async Task LeaveAsync() => await Cluster.LeaveAsync();

    public async ValueTask DisposeAsync() => await System.Terminate();
}

internal static class Eventually
{
    /// <summary>Asks again and again, ten times a second.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> HoldsAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(started.Elapsed < DirectoryNode.Patience, "it did not come about");
            await Task.Delay(100);
        }
        return started.Elapsed;
    }
}
