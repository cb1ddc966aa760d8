// SPDX-License-Identifier: Apache-2.0
using System.IO.Hashing;
using ActorStorage.Disk.Index;
using ActorStorage.Journal.Events;

namespace ActorStorage.Journal.History;

/// <summary>What lies between two pictures of a store. Pure; takes the time of one walk over the records.</summary>
internal static class Difference
{
    /// <summary>Between two pictures. What did not change is mostly the same object, and stands in the same
    /// order.</summary>
    public static IReadOnlyList<RecordChange> Between(IRecords before, IRecords now)
    {
        var changes = new List<RecordChange>();
        using var old = before.All.GetEnumerator();
        using var current = now.All.GetEnumerator();
        var (hasOld, hasNow) = (old.MoveNext(), current.MoveNext());
        while (hasOld || hasNow)
        {
            if (hasOld && hasNow && old.Current.Key == current.Current.Key)
            {
                if (!old.Current.Equals(current.Current)) changes.Add(Of(ChangeKind.Changed, current.Current));
                (hasOld, hasNow) = (old.MoveNext(), current.MoveNext());
            }
            else if (hasOld && now.Find(old.Current.Key) is null)
            {
                changes.Add(Deleted(old.Current.Key));
                hasOld = old.MoveNext();
            }
            else if (hasNow && before.Find(current.Current.Key) is null)
            {
                changes.Add(Of(ChangeKind.Created, current.Current));
                hasNow = current.MoveNext();
            }
            // It stands elsewhere: it is compared when the newer of the two comes to it, and passed here.
            else if (hasNow)
            {
                if (!before.Find(current.Current.Key)!.Equals(current.Current))
                    changes.Add(Of(ChangeKind.Changed, current.Current));
                hasNow = current.MoveNext();
            }
            else
            {
                hasOld = old.MoveNext();
            }
        }
        return changes;
    }

    /// <summary>Between what is remembered from an earlier run and a picture.</summary>
    public static IReadOnlyList<RecordChange> Since(IReadOnlyDictionary<string, ulong> known, IRecords now)
    {
        var changes = new List<RecordChange>();
        foreach (var id in known.Keys)
        {
            if (now.Find(id) is null) changes.Add(Deleted(id));
        }
        foreach (var record in now.All)
        {
            if (!known.TryGetValue(record.Key, out var fingerprint)) changes.Add(Of(ChangeKind.Created, record));
            else if (fingerprint != FingerprintOf(record)) changes.Add(Of(ChangeKind.Changed, record));
        }
        return changes;
    }

    private static RecordChange Of(ChangeKind kind, StoredRecord record) =>
        new(kind, record.Key, FingerprintOf(record), record.Names.IsDefault ? [] : record.Names);

    private static RecordChange Deleted(string id) => new(ChangeKind.Deleted, id, 0, []);

    private static ulong FingerprintOf(StoredRecord record) => XxHash64.HashToUInt64(record.Encoded.Span);
}
