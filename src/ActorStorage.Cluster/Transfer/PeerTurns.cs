// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Transfer;

/// <summary>Whose turn it is, and when there is no more use in asking. Belongs to one thread, which it may let
/// wait.</summary>
internal sealed class PeerTurns(
    IReadOnlyList<Peer> peers, TransferSettings settings, DateTimeOffset deadline, CancellationToken cancellation)
{
    private readonly List<Peer> _left = [.. peers];
    private PeerFailure? _last;
    private TimeSpan _asked;
    private int _next;
    private int _failures;
    private int _failuresOfRound;
    private int _rounds;

    /// <summary>Waits when all of them have just failed.</summary>
    /// <exception cref="StorageException">Nobody is left, or it was tried too often or for too long.</exception>
    /// <exception cref="OperationCanceledException">It is wanted no more.</exception>
    public Peer Next()
    {
        cancellation.ThrowIfCancellationRequested();
        if (_left.Count == 0 || _failures >= settings.AttemptsMax) throw GivenUp();
        if (_failuresOfRound >= _left.Count) WaitForRound();
        if (settings.Time.GetUtcNow() >= deadline)
        {
            throw new StorageException(
                StorageErrorKind.Cancelled, $"no peer has given it before the deadline{Reason}");
        }
        _next %= _left.Count;
        return _left[_next];
    }

    public void Succeeded() => (_failures, _failuresOfRound, _rounds, _asked) = (0, 0, 0, TimeSpan.Zero);

    /// <summary>The next is another one's turn.</summary>
    public void Failed(Peer peer, PeerFailure failure)
    {
        _last = failure;
        if (!failure.MayPass)
        {
            _left.Remove(peer);
            return;
        }
        if (failure.Wait > _asked) _asked = failure.Wait.Value;
        (_next, _failures, _failuresOfRound) = (_next + 1, _failures + 1, _failuresOfRound + 1);
    }

    private string Reason => _last is null ? "" : $": {_last.Message}";

    private StorageException GivenUp() => new(
        _last?.Kind ?? StorageErrorKind.NotFound, $"no peer gives it{Reason}", path: null, _last);

    private void WaitForRound()
    {
        var grown = settings.RetryMin * Math.Pow(2, Math.Min(_rounds++, 30));
        var wait = grown < settings.RetryMax ? grown : settings.RetryMax;
        if (_asked > wait) wait = _asked < settings.RetryMax ? _asked : settings.RetryMax;
        if (deadline - settings.Time.GetUtcNow() is var left && left < wait) wait = left;
        if (wait > TimeSpan.Zero) cancellation.WaitHandle.WaitOne(wait);
        cancellation.ThrowIfCancellationRequested();
        (_failuresOfRound, _asked) = (0, TimeSpan.Zero);
    }
}
