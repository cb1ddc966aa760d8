// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Journal.Events;

namespace ActorStorage.Journal.Sagas;

/// <summary>Where one request stands.</summary>
/// <param name="Ended">Null while it runs.</param>
internal sealed record Saga(SagaBegun Begun, SagaEnded? Ended, bool IsUndone)
{
    public bool IsRunning => Ended is null;

    /// <summary>Whether the same request may end better.</summary>
    public bool CanRetry => Ended is { Error: { } error }
        && (error.CanRetry || error.Kind == StorageErrorKind.Cancelled);

    public bool MustBeUndone => Ended is { Error: not null } && !IsUndone;

    public bool IsSame(ImageId image, IEnumerable<LayerId> layers) =>
        Begun.Image == image && Begun.Layers.SequenceEqual(layers);
}

/// <summary>The requests whose outcome is still told, by their keys.</summary>
internal sealed class SagaState
{
    private readonly Dictionary<string, Saga> _sagas = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Saga> All => _sagas.Values;

    public Saga? Find(string key) => _sagas.GetValueOrDefault(key);

    public void Apply(SagaEvent step)
    {
        switch (step)
        {
            case SagaBegun begun: _sagas[begun.Key] = new Saga(begun, null, IsUndone: false); break;
            case SagaEnded ended when Find(ended.Key) is { } saga:
                _sagas[ended.Key] = saga with { Ended = ended };
                break;
            case SagaUndone undone when Find(undone.Key) is { } saga:
                _sagas[undone.Key] = saga with { IsUndone = true };
                break;
        }
    }

    /// <summary>Those that ended before and left nothing to be undone.</summary>
    public void Forget(DateTimeOffset endedBefore)
    {
        foreach (var saga in All.Where(saga => saga.Ended?.At < endedBefore && !saga.MustBeUndone).ToList())
            _sagas.Remove(saga.Begun.Key);
    }

    public SagaSnapshot ToSnapshot() => new(
    [
        .. All.SelectMany(saga => (SagaEvent?[])
        [
            saga.Begun, saga.Ended, saga.IsUndone ? new SagaUndone(saga.Begun.Key, saga.Ended!.At) : null,
        ]).OfType<SagaEvent>(),
    ]);

    public void Restore(SagaSnapshot snapshot)
    {
        _sagas.Clear();
        foreach (var step in snapshot.Steps) Apply(step);
    }
}
