// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

/// <summary>Held against a sorted map that is written record by record.</summary>
public sealed class DocumentRecordsSpec
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 1_000)]
    [InlineData(3, 5_000)]
    public void Should_hold_and_write_what_a_sorted_map_does(int seed, int places)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<long, LayerRecord>();
        for (var place = 0L; place < places; place += random.Next(1, 4)) model.Add(place, Record(random));
        var records = new DocumentRecords<LayerRecord>([.. model.Values], [.. model.Keys]);
        AssertSame(model, records);
        for (var edit = 0; edit < 300; edit++)
        {
            var before = records;
            var text = Text(before);
            long place = random.Next(places + 100);
            var record = random.Next(3) == 0 ? null : Record(random);
            records = records.With(place, record);
            if (record is null) model.Remove(place);
            else model[place] = record;

            AssertSame(model, records);
            Assert.Equal(text, Text(before));
        }
    }

    [Fact]
    public void Should_be_empty_when_the_last_record_went()
    {
        var records = new DocumentRecords<LayerRecord>([Record(new Random(4))], [70]).With(70, null);

        Assert.Empty(records);
        Assert.Empty(records.Encoded);
        Assert.Throws<KeyNotFoundException>(() => records[70]);
    }

    private static void AssertSame(SortedDictionary<long, LayerRecord> model, DocumentRecords<LayerRecord> records)
    {
        Assert.Equal(model.Count, records.Count);
        Assert.Equal(model.Values, records);
        Assert.Equal(model.Select(each => (each.Key, each.Value)), records.Placed);
        Assert.All(model, each => Assert.Same(each.Value, records[each.Key]));
        var expected = Encoding.UTF8.GetString(RecordDocument.Write([.. model.Values]));
        // The first time, then from what was remembered, then once more.
        for (var time = 0; time < 3; time++) Assert.Equal(expected, Text(records));
    }

    private static string Text(DocumentRecords<LayerRecord> records)
    {
        using var text = new MemoryStream();
        RecordDocument.Write(records.Encoded, text.Write);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static LayerRecord Record(Random random) => new()
    {
        Id = new LayerId(random.NextInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture)),
        Metadata = new string('m', random.Next(40)),
    };
}
