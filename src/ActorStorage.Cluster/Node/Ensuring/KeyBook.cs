// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Node.Ensuring;

/// <summary>Outcomes by the keys of those who asked, in memory: after a restart a layer that was put is there, which is
/// as good. An outcome that may be better another time is not kept.</summary>
internal sealed class KeyBook(int countMax, TimeSpan keptFor, TimeProvider time)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<Entry> _byAge = new();

    /// <summary>What is to be told at once: that the key is another wish's, or how it failed for good. Null to go
    /// on.</summary>
    public INodeReply? Judge(string key, string wish)
    {
        Forget();
        if (key.Length == 0 || !_entries.TryGetValue(key, out var entry)) return null;
        if (entry.Wish != wish)
        {
            return new NodeProtocol.RequestRefused(new StorageError(
                StorageErrorKind.Invalid, $"the key {key} is that of another wish"));
        }
        return entry.Reply as NodeProtocol.RequestRefused;
    }

    /// <summary>What is to be told in the end: what was told the first time, if it is true still.</summary>
    public INodeReply Settle(string key, string wish, INodeReply reply)
    {
        if (key.Length == 0) return reply;
        var isOk = reply is not NodeProtocol.RequestRefused;
        if (_entries.TryGetValue(key, out var entry) && entry.Wish == wish && isOk)
            return IsOfSameLayers(entry.Reply, reply) ? entry.Reply : reply;
        if (entry is null && (isOk || IsForGood(reply))) Keep(new Entry(key, wish, reply, time.GetUtcNow()));
        return reply;
    }

    /// <summary>A layer that was deleted and made anew may have another id.</summary>
    private static bool IsOfSameLayers(INodeReply first, INodeReply now) => (first, now) switch
    {
        (NodeProtocol.EnsureLayerOk a, NodeProtocol.EnsureLayerOk b) => a.Layer == b.Layer,
        (NodeProtocol.EnsureImageOk a, NodeProtocol.EnsureImageOk b) =>
            a.Layers.Select(layer => layer.Layer).SequenceEqual(b.Layers.Select(layer => layer.Layer)),
        _ => false,
    };

    /// <summary>Whether it is the wish itself that cannot be fulfilled.</summary>
    private static bool IsForGood(INodeReply reply) => reply is NodeProtocol.RequestRefused { Error.Kind: var kind }
        && kind is StorageErrorKind.DigestMismatch or StorageErrorKind.InvalidArchive or StorageErrorKind.UnsafePath
            or StorageErrorKind.TooLarge or StorageErrorKind.NotSupported or StorageErrorKind.Invalid
            or StorageErrorKind.AlreadyExists or StorageErrorKind.NameTaken;

    private void Keep(Entry entry)
    {
        if (_entries.Count >= countMax) _entries.Remove(_byAge.Dequeue().Key);
        _entries.Add(entry.Key, entry);
        _byAge.Enqueue(entry);
    }

    private void Forget()
    {
        while (_byAge.TryPeek(out var oldest) && oldest.At + keptFor < time.GetUtcNow())
            _entries.Remove(_byAge.Dequeue().Key);
    }

    private sealed record Entry(string Key, string Wish, INodeReply Reply, DateTimeOffset At);
}
