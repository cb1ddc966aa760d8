// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Cluster;

namespace ActorStorage.Cluster.Node.Neighbours;

/// <summary>The other nodes of a cluster, as one of them uses them: what its part of the directory says, who gives a
/// layer, how they are. Nothing of it is certain, and each answer has its time.</summary>
internal sealed class Neighbourhood(
    ActorSystem system, IActorRef directory, TransferSettings transfer, NodeSettings settings, TimeProvider time)
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(system);

    public string Address => _cluster.SelfAddress.ToString();

    /// <param name="holder">With its end the claim ends.</param>
    /// <param name="despiteHolders">It is not to be had from those who have it.</param>
    /// <returns>FetchGranted, FetchNotNeeded, FetchUnderway or Refused.</returns>
    public Task<IReply> ClaimAsync(
        Digest digest, IActorRef holder, bool despiteHolders, CancellationToken cancellation) =>
        directory.Ask<IReply>(
            replyTo => new DirectoryProtocol.ClaimFetch(
                digest, holder, despiteHolders, new Asker(replyTo, time.GetUtcNow() + settings.RequestTimeMax)),
            settings.RequestTimeMax, cancellation);

    /// <summary>The own root has changed, and the others should know soon.</summary>
    public void LookNow() => directory.Tell(DirectoryProtocol.LookNow.Instance);

    public async Task<DirectoryProtocol.FindPlacesOk> FindPlacesAsync(
        IReadOnlyCollection<Digest> digests, CancellationToken cancellation)
    {
        var reply = await directory.Ask<IReply>(
            replyTo => new DirectoryProtocol.FindPlaces(
                digests, new Asker(replyTo, time.GetUtcNow() + settings.NeighbourWaitMax)),
            // It answers by then with what it knows.
            2 * settings.NeighbourWaitMax, cancellation).ConfigureAwait(false);
        return reply switch
        {
            DirectoryProtocol.FindPlacesOk found => found,
            Refused refused => throw new StorageException(refused.Error),
            _ => throw new InvalidOperationException($"{reply.GetType().Name} is no answer to FindPlaces"),
        };
    }

    /// <summary>Puts a layer from those that have it.</summary>
    /// <param name="put">See <see cref="PeerPut"/>.</param>
    /// <exception cref="StorageException">As <see cref="PeerPut"/>; NotFound: none of them answers, or has
    /// it.</exception>
    public async Task<PeerPutOk> PutAsync(
        StorageClient storage, PutLayer put, Digest digest, IReadOnlyList<string> nodes,
        CancellationToken cancellation)
    {
        var asked = nodes.OrderByDescending(node => node == Address).ThenBy(_ => Random.Shared.Next())
            .Take(settings.PeersMax).ToList();
        var offers = (await Task.WhenAll(asked.Select(node => OfferAsync(node, digest, cancellation)))
            .ConfigureAwait(false)).OfType<Offer>().ToList();
        if (offers.Count == 0)
            throw new StorageException(StorageErrorKind.NotFound, $"no node gives {digest} that was said to have it");
        // When they do not agree one of them is wrong, and the digest will tell which.
        long? sizeBytes = offers.Select(offer => offer.SizeBytes).Distinct().ToList() is [var same] ? same : null;
        return await PeerPut.RunAsync(
            storage, put, digest, sizeBytes, [.. offers.Select(offer => offer.Peer)], transfer,
            time.GetUtcNow() + settings.RequestTimeMax, cancellation).ConfigureAwait(false);
    }

    /// <summary>How the others are; one that does not say so in time is left out.</summary>
    public async Task<IReadOnlyList<NodeRank>> RanksAsync(CancellationToken cancellation)
    {
        var state = _cluster.State;
        var question = new NodeProtocol.RankNodes(
            [], new Caller(settings.NeighbourWaitMax, Address), IsOnlyOfNode: true);
        var answers = await Task.WhenAll(state.Members.Except(state.Unreachable)
            .Where(member => member.Status == MemberStatus.Up && member.HasRole(DirectorySettings.Role)
                && member.Address != _cluster.SelfAddress)
            .Select(member => AskAsync<NodeProtocol.RankNodesOk>(member.Address.ToString(), question, cancellation)))
            .ConfigureAwait(false);
        return [.. answers.OfType<NodeProtocol.RankNodesOk>().SelectMany(answer => answer.Nodes.Take(1))];
    }

    private async Task<Offer?> OfferAsync(string node, Digest digest, CancellationToken cancellation)
    {
        var drawn = await DrawAsync(node, digest, cancellation).ConfigureAwait(false);
        if (drawn is null || !Uri.TryCreate(drawn.Url, UriKind.Absolute, out var url)) return null;
        // This ticket may be old when a stager is free. Another one is drawn on the thread that reads, which may wait.
        return new Offer(
            new Peer(url, given => DrawAsync(node, digest, given).GetAwaiter().GetResult()?.Ticket
                ?? throw new StorageException(StorageErrorKind.Io, $"{node} draws no ticket for {digest}")),
            drawn.SizeBytes);
    }

    private Task<NodeProtocol.DrawTicketOk?> DrawAsync(string node, Digest digest, CancellationToken cancellation) =>
        AskAsync<NodeProtocol.DrawTicketOk>(
            node, new NodeProtocol.DrawTicket(digest, new Caller(settings.NeighbourWaitMax, Address)), cancellation);

    /// <summary>Null when it refuses, or does not answer in time.</summary>
    private async Task<T?> AskAsync<T>(string node, INodeRequest request, CancellationToken cancellation)
        where T : class, INodeReply
    {
        var refs = ((ExtendedActorSystem)system).Provider;
        try
        {
            return await refs.ResolveActorRef($"{node}/user/{NodeClient.ActorName}")
                .Ask<object>(request, settings.NeighbourWaitMax, cancellation).ConfigureAwait(false) as T;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private sealed record Offer(Peer Peer, long? SizeBytes);
}
