// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Locking;

/// <summary>
/// Requests that wait for a lock, in the order in which they came; never more than allowed, and none longer than its
/// own deadline or the longest wait, whichever comes first.
/// </summary>
internal sealed class WaitingRequests<T>(int countMax, TimeSpan waitMax, TimeProvider time)
    where T : IRequest
{
    private LinkedList<Waiting> _requests = new();

    public int Count => _requests.Count;

    public bool IsFull => _requests.Count >= countMax;

    public bool Contains(IRequest request) => _requests.Any(waiting => ReferenceEquals(waiting.Request, request));

    public bool HasExpired(DateTimeOffset now) => EarliestDeadline <= now;

    public DateTimeOffset? EarliestDeadline => _requests.Count == 0 ? null : _requests.Min(waiting => waiting.Until);

    public T First => _requests.First!.Value.Request;

    /// <summary>Those at the head for which that is true; they stay.</summary>
    public IReadOnlyList<T> FirstWhile(Func<T, bool> isWanted, int countMax) =>
        [.. _requests.Select(waiting => waiting.Request).TakeWhile(isWanted).Take(countMax)];

    /// <returns>Until when it waits.</returns>
    public DateTimeOffset Add(T request)
    {
        var (now, deadline) = (time.GetUtcNow(), request.Asker.Deadline);
        var until = deadline - now <= waitMax ? deadline : now + waitMax;
        _requests.AddLast(new Waiting(request, now, until));
        return until;
    }

    /// <param name="since">When it was added.</param>
    public T Take(out DateTimeOffset since)
    {
        var first = _requests.First!.Value;
        _requests.RemoveFirst();
        since = first.Since;
        return first.Request;
    }

    public IReadOnlyCollection<T> TakeAll()
    {
        var all = _requests;
        _requests = new LinkedList<Waiting>();
        return [.. all.Select(waiting => waiting.Request)];
    }

    public IReadOnlyList<T> TakeExpired(DateTimeOffset now)
    {
        var expired = new List<T>();
        for (var node = _requests.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Until <= now)
            {
                expired.Add(node.Value.Request);
                _requests.Remove(node);
            }
            node = next;
        }
        return expired;
    }

    // A class: the framework's code for these comes compiled, for values of our own it would be compiled at each start.
    private sealed record Waiting(T Request, DateTimeOffset Since, DateTimeOffset Until);
}
