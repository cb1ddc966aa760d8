// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Output;

/// <summary>Records as the documents hold them, in a list.</summary>
internal static class RecordJson
{
    /// <param name="absentWhenEmpty">Whether an empty list is the absent one, which Go writes as "null".</param>
    public static GoJson Of(IReadOnlyCollection<StoredRecord> records, bool absentWhenEmpty)
    {
        var json = new GoJson();
        if (records.Count == 0 && absentWhenEmpty) return json.Raw("null"u8);
        json.Open('[');
        foreach (var record in records) json.Record(record.Encoded.Span);
        return json.Close(']');
    }
}
