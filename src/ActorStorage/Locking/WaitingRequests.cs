// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Locking;

/// <summary>Requests that wait for a lock, in the order in which they came; never more than allowed.</summary>
internal sealed class WaitingRequests<T>(int countMax)
    where T : IRequest
{
    private LinkedList<T> _requests = new();

    public int Count => _requests.Count;

    public bool IsFull => _requests.Count >= countMax;

    public DateTimeOffset? EarliestDeadline => _requests.Count == 0 ? null : _requests.Min(r => r.Asker.Deadline);

    public T First => _requests.First!.Value;

    public void Add(T request) => _requests.AddLast(request);

    public T Take()
    {
        var first = First;
        _requests.RemoveFirst();
        return first;
    }

    public IReadOnlyCollection<T> TakeAll()
    {
        var all = _requests;
        _requests = new LinkedList<T>();
        return all;
    }

    public IReadOnlyList<T> TakeExpired(DateTimeOffset now)
    {
        var expired = new List<T>();
        for (var node = _requests.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Asker.Deadline <= now)
            {
                expired.Add(node.Value);
                _requests.Remove(node);
            }
            node = next;
        }
        return expired;
    }
}
