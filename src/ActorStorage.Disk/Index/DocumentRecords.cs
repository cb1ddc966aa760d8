// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>
/// The records of one document, by their places and in that order. A value: an edit returns a new one, which shares
/// all runs of neighbours but one. A run that is written again unchanged remembers its text, so that writing a document
/// of many records copies few and long pieces. As long as it is what was loaded it is an array; the runs are made when
/// a record is first looked up or changed, because many a load is only listed.
/// </summary>
internal sealed class DocumentRecords<TRecord> : IReadOnlyCollection<TRecord>
    where TRecord : StoredRecord
{
    /// <summary>A run's place is its records' without the lower bits. Its text stays below what the collector treats
    /// as a large object.</summary>
    private const int RunShift = 6;
    private const int RunLength = 1 << RunShift;
    private readonly TRecord[]? _loaded;
    private readonly Lazy<ImmutableSortedDictionary<long, Run>> _runs;

    /// <param name="places">Of the records, ascending.</param>
    internal DocumentRecords(TRecord[] records, long[] places)
    {
        (_loaded, Count) = (records, records.Length);
        _runs = new(() => RunsOf(records, places));
    }

    private DocumentRecords(ImmutableSortedDictionary<long, Run> runs, int count) =>
        (_runs, Count) = (new(runs), count);

    private ImmutableSortedDictionary<long, Run> Runs => _runs.Value;

    public int Count { get; }

    internal TRecord this[long place] => Runs[place >> RunShift].Records[At(place)]!;

    internal IEnumerable<(long Place, TRecord Record)> Placed
    {
        get
        {
            foreach (var (first, run) in Runs)
            {
                for (var i = 0; i < RunLength; i++)
                {
                    if (run.Records[i] is { } record) yield return ((first << RunShift) + i, record);
                }
            }
        }
    }

    /// <summary>The text of the document but for the brackets and the commas between these pieces.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Encoded => Runs.Values.SelectMany(run => run.Encoded());

    /// <summary>With that record at the place, or with none.</summary>
    internal DocumentRecords<TRecord> With(long place, TRecord? record)
    {
        var old = Runs.GetValueOrDefault(place >> RunShift);
        var run = new Run();
        old?.Records.CopyTo(run.Records, 0);
        var count = Count - (run.Records[At(place)] is null ? 0 : 1) + (record is null ? 0 : 1);
        run.Records[At(place)] = record;
        var isEmpty = Array.TrueForAll(run.Records, each => each is null);
        return new(isEmpty ? Runs.Remove(place >> RunShift) : Runs.SetItem(place >> RunShift, run), count);
    }

    public IEnumerator<TRecord> GetEnumerator() =>
        (_loaded ?? Runs.Values.SelectMany(run => run.Records).OfType<TRecord>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ImmutableSortedDictionary<long, Run> RunsOf(TRecord[] records, long[] places)
    {
        var runs = ImmutableSortedDictionary.CreateBuilder<long, Run>();
        for (var i = 0; i < records.Length; i++)
        {
            var first = places[i] >> RunShift;
            if (!runs.TryGetValue(first, out var run)) runs.Add(first, run = new Run());
            run.Records[At(places[i])] = records[i];
        }
        return runs.ToImmutable();
    }

    private static int At(long place) => (int)(place & (RunLength - 1));

    /// <summary>Neighbours. Not changed any more once it is in a document.</summary>
    private sealed class Run
    {
        private byte[]? _text;
        private bool _wasWritten;

        internal TRecord?[] Records { get; } = new TRecord?[RunLength];

        /// <summary>One after another at the first time, and in one piece when it turns out that they stay.</summary>
        internal IEnumerable<ReadOnlyMemory<byte>> Encoded()
        {
            if (_text is not null) return [_text];
            var records = Records.OfType<TRecord>().Select(record => record.Encoded);
            if (_wasWritten) return [_text = Join([.. records])];
            _wasWritten = true;
            return records;
        }

        private static byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> records)
        {
            var text = new byte[records.Sum(record => record.Length) + records.Count - 1];
            var length = 0;
            foreach (var record in records)
            {
                if (length > 0) text[length++] = (byte)',';
                record.CopyTo(text.AsMemory(length));
                length += record.Length;
            }
            return text;
        }
    }
}
