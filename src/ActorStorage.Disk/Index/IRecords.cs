// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>All records of a store, whatever their kind. A value.</summary>
public interface IRecords
{
    int Count { get; }

    /// <summary>In the order of the documents, and within them in the order in which they were added.</summary>
    IEnumerable<StoredRecord> All { get; }

    /// <summary>By its whole id.</summary>
    StoredRecord? Find(string id);
}
