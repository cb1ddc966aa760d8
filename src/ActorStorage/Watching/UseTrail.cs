// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Watching;

/// <summary>What a layer was of use for.</summary>
public enum UseKind
{
    /// <summary>It was put, or asked to be put and was there.</summary>
    Put = 1,

    /// <summary>An image, a container or another layer was made of it.</summary>
    BuiltOn = 2,
    Mounted = 3,

    /// <summary>Somebody asked for it by id, name or digest.</summary>
    Found = 4,
    Leased = 5,
}

/// <summary>The last use of a layer.</summary>
public sealed record LayerUsed(LayerId Layer, UseKind Kind, DateTimeOffset At);

/// <summary>Who put a layer or an image, and what of.</summary>
/// <param name="Client">As it called itself (<see cref="StorageClient.As"/>); empty when it did not.</param>
/// <param name="Source">What the blob was called; for an image its digest, if it was given. Empty for none.</param>
public sealed record Provenance(StoreKind Store, string Id, string Client, string Source, DateTimeOffset At);

/// <summary>What is to be stored, each layer once.</summary>
public sealed record UseBatch(IReadOnlyList<LayerUsed> Uses, IReadOnlyList<Provenance> Origins)
{
    public bool IsEmpty => Uses.Count == 0 && Origins.Count == 0;
}

/// <summary>
/// The last use of each layer, in memory: the stores note it in passing, under their locks too, and whoever keeps the
/// journal takes what is new from time to time. A layer that is used a thousand times in between is one note. From any
/// thread; nothing waits.
/// </summary>
/// <param name="countMax">Layers that are remembered, and origins that wait. Beyond it nothing new is noted: the time
/// at which a layer was made counts then.</param>
public sealed class UseTrail(int countMax, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LayerId, LayerUsed> _last = [];
    private readonly HashSet<LayerId> _new = [];
    private readonly List<Provenance> _origins = [];

    public void Note(LayerId layer, UseKind kind)
    {
        var used = new LayerUsed(layer, kind, time.GetUtcNow());
        lock (_gate)
        {
            if (_last.Count >= countMax && !_last.ContainsKey(layer)) return;
            _last[layer] = used;
            _new.Add(layer);
        }
    }

    public void NoteOrigin(StoreKind store, string id, string? client, string? source)
    {
        lock (_gate)
        {
            if (_origins.Count < countMax)
                _origins.Add(new Provenance(store, id, client ?? "", source ?? "", time.GetUtcNow()));
        }
    }

    /// <summary>Null when none is known.</summary>
    public DateTimeOffset? LastUsed(LayerId layer)
    {
        lock (_gate) return _last.GetValueOrDefault(layer)?.At;
    }

    /// <summary>What was noted since the last time.</summary>
    public UseBatch TakeNew()
    {
        lock (_gate)
        {
            var batch = new UseBatch([.. _new.Select(layer => _last[layer])], [.. _origins]);
            _new.Clear();
            _origins.Clear();
            return batch;
        }
    }

    /// <summary>What was taken could not be stored.</summary>
    public void GiveBack(UseBatch batch)
    {
        lock (_gate)
        {
            _new.UnionWith(batch.Uses.Select(used => used.Layer).Where(_last.ContainsKey));
            _origins.InsertRange(0, batch.Origins);
        }
    }

    /// <summary>What is known from earlier. What was noted since counts more.</summary>
    public void Learn(IEnumerable<LayerUsed> earlier)
    {
        lock (_gate)
        {
            foreach (var used in earlier)
            {
                if (_last.Count < countMax) _last.TryAdd(used.Layer, used);
            }
        }
    }

    /// <summary>Layers that are not in the store any more.</summary>
    /// <param name="at">What was noted later is of another layer with the same id.</param>
    public void Forget(IEnumerable<LayerId> gone, DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var layer in gone)
            {
                if (_last.GetValueOrDefault(layer) is not { } used || used.At > at) continue;
                _last.Remove(layer);
                _new.Remove(layer);
            }
        }
    }
}
