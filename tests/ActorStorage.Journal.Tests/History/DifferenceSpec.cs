// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Journal.Events;
using ActorStorage.Journal.History;

namespace ActorStorage.Journal.Tests.History;

public sealed class DifferenceSpec
{
    private static readonly LayerIndex Start = IndexOf("a", "b", "c", "d");

    [Fact]
    public void Should_be_nothing_between_a_picture_and_itself() =>
        Assert.Empty(Difference.Between(Start, Start));

    [Fact]
    public void Should_be_nothing_between_pictures_of_the_same_records_in_another_order() =>
        Assert.Empty(Difference.Between(Start, IndexOf("d", "a", "c", "b")));

    [Fact]
    public void Should_name_what_came_what_went_and_what_changed()
    {
        var now = Start.Remove(new LayerId("b")).Add(Layer("e"))
            .Replace(Start.Get(new LayerId("c")) with { Metadata = "other" });
        Assert.Equal(
            [(ChangeKind.Deleted, "b"), (ChangeKind.Changed, "c"), (ChangeKind.Created, "e")],
            Difference.Between(Start, now).Select(change => (change.Kind, change.Id)));
    }

    [Fact]
    public void Should_name_all_when_nothing_is_the_same() => Assert.Equal(
        ["a", "b", "c", "d", "x", "y"],
        Difference.Between(Start, IndexOf("y", "x")).Select(change => change.Id).Order());

    [Fact]
    public void Should_be_the_same_whether_remembered_or_seen()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (before, now) = (RandomIndex(random), RandomIndex(random));
            var known = Difference.Between(LayerIndex.Empty, before)
                .ToDictionary(change => change.Id, change => change.Fingerprint, StringComparer.Ordinal);
            Assert.Equal(
                Difference.Since(known, now).Select(Text).Order(StringComparer.Ordinal),
                Difference.Between(before, now).Select(Text).Order(StringComparer.Ordinal));
        }

        static string Text(RecordChange change) => $"{change.Kind} {change.Id} {change.Fingerprint:x}";
    }

    private static LayerIndex RandomIndex(Random random)
    {
        var index = LayerIndex.Empty;
        foreach (var id in Enumerable.Range(0, 12).Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()))
            index = index.Add(Layer($"l{id}") with { Metadata = $"{random.Next(3)}" });
        return index;
    }

    private static LayerIndex IndexOf(params string[] ids) =>
        ids.Aggregate(LayerIndex.Empty, (index, id) => index.Add(Layer(id)));

    private static LayerRecord Layer(string id) => new() { Id = new LayerId(id) };
}
