// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Locking;

/// <summary>What was written in a hold. The documents and data were synced before they were renamed into place; here
/// the renames are, once the lock is gone, where layers are flushed too.</summary>
internal sealed class WrittenRecords<TRecord, TIndex>(RecordRoot<TRecord, TIndex> root, StorageSettings settings)
    where TRecord : StoredRecord
    where TIndex : RecordIndex<TRecord, TIndex>
{
    private readonly HashSet<string> _owners = new(StringComparer.Ordinal);

    /// <returns>The same.</returns>
    public IReadOnlyList<WriteOutcome<TRecord>> Add(IReadOnlyList<WriteOutcome<TRecord>> outcomes)
    {
        _owners.UnionWith(outcomes.Select(outcome => outcome.Record?.Key).OfType<string>());
        return outcomes;
    }

    /// <returns>Null, or what those are told whose writes are in the store and may be lost again.</returns>
    public Refused? Sync()
    {
        if (_owners.Count == 0) return null;
        try
        {
            if (settings.Flush != FlushMode.None) root.SyncRenames(_owners);
            return null;
        }
        catch (StorageException cause)
        {
            return NotDurable.Because(cause);
        }
        finally
        {
            _owners.Clear();
        }
    }
}

internal static class NotDurable
{
    public static Refused Because(StorageException cause) => new(cause.Error with
    {
        Message = $"it is in the store, but may not outlive a crash: {cause.Message}",
    });
}
