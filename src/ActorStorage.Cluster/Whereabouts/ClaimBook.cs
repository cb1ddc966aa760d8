// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Who claims the fetch of a digest.</summary>
/// <param name="Id">Drawn by the claimer.</param>
/// <param name="Claimer">Is told how it stands.</param>
internal sealed record Claim(string Id, string Node, IActorRef Claimer);

/// <summary>Claims on fetches: for each digest one that was granted and others that wait, the first one first. They
/// last as long as they are renewed.</summary>
internal sealed class ClaimBook(int claimsMax)
{
    private readonly Dictionary<DigestKey, Line> _lines = [];

    /// <summary>Granted and waiting ones.</summary>
    public int Count { get; private set; }

    /// <summary>A new claim, or one that is renewed.</summary>
    /// <param name="wasGranted">By who kept it before: then it is granted beside another one that was, since both
    /// fetches run already.</param>
    /// <returns>Who fetches it: the claim itself when it is granted. Null when there are too many claims.</returns>
    public Claim? Renew(DigestKey key, Claim claim, bool wasGranted, long now)
    {
        if (_lines.GetValueOrDefault(key) is { } line && line.Find(claim.Id) is { } known)
        {
            known.RenewedAt = now;
            if (wasGranted && line.First != known) return claim;
            return line.First.Claim;
        }
        if (Count >= claimsMax) return null;
        Count++;
        if (!_lines.TryGetValue(key, out line)) _lines.Add(key, line = new Line());
        line.Standing.Insert(wasGranted ? 0 : line.Standing.Count, new Standing(claim) { RenewedAt = now });
        return line.First.Claim;
    }

    /// <returns>Whose turn it is now; null when nothing changes for anybody.</returns>
    public Claim? Release(DigestKey key, string id)
    {
        if (!_lines.TryGetValue(key, out var line) || line.Find(id) is not { } standing) return null;
        return Remove(key, line, each => each == standing);
    }

    /// <summary>Ends the line for a digest that somebody has.</summary>
    /// <returns>Who waited, or fetches it.</returns>
    public IReadOnlyList<Claim> End(DigestKey key)
    {
        if (!_lines.Remove(key, out var line)) return [];
        Count -= line.Standing.Count;
        return [.. line.Standing.Select(standing => standing.Claim)];
    }

    /// <summary>Ends claims that were last renewed before then.</summary>
    /// <returns>Whose turn it is now.</returns>
    public IReadOnlyList<Claim> Expire(long before) =>
    [
        .. _lines.Where(each => each.Value.Standing.Exists(standing => standing.RenewedAt < before)).ToList()
            .Select(each => Remove(each.Key, each.Value, standing => standing.RenewedAt < before))
            .OfType<Claim>(),
    ];

    private Claim? Remove(DigestKey key, Line line, Predicate<Standing> ended)
    {
        var first = line.First;
        Count -= line.Standing.RemoveAll(ended);
        if (line.Standing.Count == 0) _lines.Remove(key);
        return line.Standing.Count > 0 && line.First != first ? line.First.Claim : null;
    }

    private sealed class Line
    {
        public List<Standing> Standing { get; } = [];

        /// <summary>Who was granted it.</summary>
        public Standing First => Standing[0];

        public Standing? Find(string id) => Standing.Find(standing => standing.Claim.Id == id);
    }

    private sealed record Standing(Claim Claim)
    {
        public long RenewedAt { get; set; }
    }
}
