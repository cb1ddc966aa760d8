// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

public sealed class LayerIndexSpec
{
    private static readonly Digest Diff = Digest.Sha256(new byte[32]);

    [Fact]
    public void Should_find_by_id_name_and_unique_prefix()
    {
        var index = Of(Layer("abc1", "n"), Layer("abc2"), Layer("b"), Layer("bb"), Layer("c d"));

        Assert.Equal("abc1", index.Resolve("abc1")?.Id.Value);
        Assert.Equal("abc1", index.Resolve("n")?.Id.Value);
        Assert.Equal("abc2", index.Resolve("abc2")?.Id.Value);
        Assert.Equal("b", index.Resolve("b")?.Id.Value);
        Assert.Equal("c d", index.Resolve("c d")?.Id.Value);
        Assert.Null(index.Resolve("abc"));
        Assert.Null(index.Resolve("a"));
        Assert.Null(index.Resolve("c"));
        Assert.Null(index.Resolve(""));
        Assert.Null(index.Resolve("zz"));
        Assert.Equal("abc2", index.Remove(new LayerId("abc1")).Resolve("a")?.Id.Value);
        Assert.Null(index.FindByName("abc1"));
    }

    [Fact]
    public void Should_prefer_an_id_to_a_name_and_a_name_to_a_prefix()
    {
        var index = Of(Layer("aaa"), Layer("bbb", "aaa", "cc"), Layer("ccc"));

        Assert.Equal("aaa", index.Resolve("aaa")?.Id.Value);
        Assert.Equal("bbb", index.Resolve("cc")?.Id.Value);
        Assert.Equal("ccc", index.Resolve("c")?.Id.Value);
    }

    [Fact]
    public void Should_find_by_digests_and_parent_in_record_order()
    {
        var index = Of(
            Layer("p"),
            Layer("a") with { Parent = new LayerId("p"), DiffDigest = Diff },
            Layer("b") with { Parent = new LayerId("p"), CompressedDigest = Diff, TocDigest = Diff },
            Layer("c") with { Parent = new LayerId("p"), DiffDigest = Diff });

        Assert.Equal(["a", "c"], index.FindByDiffDigest(Diff).Select(layer => layer.Id.Value));
        Assert.Equal(["b"], index.FindByCompressedDigest(Diff).Select(layer => layer.Id.Value));
        Assert.Equal(["b"], index.FindByTocDigest(Diff).Select(layer => layer.Id.Value));
        Assert.Equal(["a", "b", "c"], index.ChildrenOf(new LayerId("p")).Select(id => id.Value));

        var changed = index.Replace(Layer("a")).Remove(new LayerId("b"));
        Assert.Equal(["c"], changed.FindByDiffDigest(Diff).Select(layer => layer.Id.Value));
        Assert.Empty(changed.FindByCompressedDigest(Diff));
        Assert.Equal(["c"], changed.ChildrenOf(new LayerId("p")).Select(id => id.Value));

        var again = changed.Replace(Layer("a") with { DiffDigest = Diff });
        Assert.Equal(["a", "c"], again.FindByDiffDigest(Diff).Select(layer => layer.Id.Value));
    }

    [Fact]
    public void Should_refuse_when_an_id_or_a_name_is_in_use()
    {
        var index = Of(Layer("a", "n"), Layer("b"));

        var id = Assert.Throws<StorageException>(() => index.Add(Layer("a")));
        var name = Assert.Throws<StorageException>(() => index.Add(Layer("c", "n")));
        var replaced = Assert.Throws<StorageException>(() => index.Replace(Layer("b", "n")));

        Assert.Equal((StorageErrorKind.AlreadyExists, "that ID is already in use"), (id.Kind, id.Message));
        Assert.Equal((StorageErrorKind.NameTaken, "that name is already in use"), (name.Kind, name.Message));
        Assert.Equal(StorageErrorKind.NameTaken, replaced.Kind);
        Assert.Equal(StorageErrorKind.NotFound, Assert.Throws<StorageException>(() => index.Replace(Layer("c"))).Kind);
        Assert.Equal(
            StorageErrorKind.NotFound, Assert.Throws<StorageException>(() => index.Remove(new LayerId("c"))).Kind);
        Assert.Throws<InvalidOperationException>(() => index.Replace(Volatile("a")));
    }

    [Fact]
    public void Should_count_a_repeated_name_once_when_a_record_is_added() =>
        Assert.Equal(["x", "y"], Of(Layer("a", "x", "y", "x")).Find(new LayerId("a"))!.Names.AsEnumerable());

    [Fact]
    public void Should_keep_record_order_with_volatile_records_last()
    {
        var index = Of(
            Volatile("v"), Layer("a"), Layer("b"), Volatile("w"));

        Assert.Equal(["a", "b", "v", "w"], Ids(index));
        Assert.Equal(["a", "b", "c", "v", "w"], Ids(index.Add(Layer("c")).Replace(Layer("a", "n"))));
        Assert.Equal(["b", "w", "v"], Ids(index.Remove(new LayerId("a")).Remove(new LayerId("v"))
            .Add(Volatile("v"))));
        Assert.Equal(4, index.Count);
        Assert.Equal(["v", "w"], index.In(DocumentKind.Volatile).Select(layer => layer.Id.Value));
    }

    [Fact]
    public void Should_leave_the_old_value_alone_when_edited()
    {
        var before = Of(Layer("a", "n"));
        var after = before.Replace(Layer("a", "m")).Add(Layer("b"));

        Assert.Equal(["a"], Ids(before));
        Assert.NotNull(before.FindByName("n"));
        Assert.Null(after.FindByName("n"));
        Assert.NotNull(after.FindByName("m"));
    }

    [Fact]
    public void Should_steal_names_when_they_are_set()
    {
        var index = Of(Layer("a", "x", "y"), Layer("b", "z"), Volatile("v", "w"));

        var set = index.ChangeNames(index.Get(new LayerId("b")), NamesChange.Set, ["y", "w", "y", "q"]);

        Assert.Equal(["x"], set.Find(new LayerId("a"))!.Names.AsEnumerable());
        Assert.Equal(["y", "w", "q"], set.Find(new LayerId("b"))!.Names.AsEnumerable());
        Assert.Empty(set.Find(new LayerId("v"))!.Names);
        Assert.Equal("b", set.FindByName("w")?.Id.Value);
        Assert.Null(set.FindByName("z"));
    }

    [Fact]
    public void Should_put_added_names_first_and_take_removed_ones_away()
    {
        var index = Of(Layer("a", "x", "y"), Layer("b", "z"));

        var added = index.ChangeNames(index.Get(new LayerId("a")), NamesChange.Add, ["z", "y"]);
        var removed = index.ChangeNames(index.Get(new LayerId("a")), NamesChange.Remove, ["x", "z"]);

        Assert.Equal(["z", "y", "x"], added.Get(new LayerId("a")).Names.AsEnumerable());
        Assert.Equal(["y"], removed.Get(new LayerId("a")).Names.AsEnumerable());
        Assert.Equal(["z"], removed.Get(new LayerId("b")).Names.AsEnumerable());
        Assert.Same(index, index.ChangeNames(index.Get(new LayerId("a")), NamesChange.Set, ["x", "y"]));
        Assert.Equal(
            StorageErrorKind.NotFound,
            Assert.Throws<StorageException>(() => index.ChangeNames(Layer("q"), NamesChange.Add, ["x"])).Kind);
    }

    [Theory]
    [InlineData(11, 0)]
    [InlineData(12, 300)]
    [InlineData(13, 1000)]
    public void Should_answer_like_a_list_when_edits_are_random(int seed, int firstAskedAt)
    {
        var random = new Random(seed);
        var records = new RandomRecords(seed);
        var (list, index) = (new List<LayerRecord>(), LayerIndex.Empty);
        for (var step = 0; step < 600; step++)
        {
            if (step == firstAskedAt)
            {
                // From here on the maps that are made when first asked for must follow the edits.
                _ = (index.Resolve("?"), index.FindByDiffDigest(Diff), index.ChildrenOf(new LayerId("x")));
                _ = (index.FindByTocDigest(Diff), index.FindByCompressedDigest(Diff), index.Incomplete);
            }
            var at = random.Next(list.Count + 1);
            if (at == list.Count || random.Next(3) == 0)
            {
                list.Add(records.Next());
                index = index.Add(list[^1]);
            }
            else if (random.Next(2) == 0)
            {
                index = index.Remove(list[at].Id);
                list.RemoveAt(at);
            }
            else
            {
                list[at] = records.Next() with { Id = list[at].Id };
                index = index.Replace(list[at]);
            }
        }

        Assert.NotEmpty(list);
        Assert.Equal(list, index.Layers);
        Assert.NotEmpty(index.Incomplete);
        Assert.Equal(list.Where(record => record.Incomplete).Select(record => record.Id), index.Incomplete);
        Assert.All(list, record =>
        {
            Assert.Same(record, index.Find(record.Id));
            Assert.All(record.Names, name => Assert.Same(record, index.FindByName(name)));
            var children = list.Where(each => each.Parent == record.Id).Select(each => each.Id);
            Assert.Equal(children, index.ChildrenOf(record.Id));
            if (record.DiffDigest is { } diff) Assert.Same(record, Assert.Single(index.FindByDiffDigest(diff)));
            if (record.TocDigest is { } toc) Assert.Same(record, Assert.Single(index.FindByTocDigest(toc)));
            if (record.CompressedDigest is { } blob)
                Assert.Same(record, Assert.Single(index.FindByCompressedDigest(blob)));
            var prefix = record.Id.Value[..7];
            var matches = list.Where(each => each.Id.Value.StartsWith(prefix, StringComparison.Ordinal)
                && !each.Id.Value.Contains(' ', StringComparison.Ordinal)).ToList();
            Assert.Same(matches.Count == 1 ? matches[0] : null, index.Resolve(prefix));
        });
    }

    private static LayerRecord Layer(string id, params string[] names) =>
        new() { Id = new LayerId(id), Names = [.. names] };

    private static LayerRecord Volatile(string id, params string[] names) =>
        Layer(id, names) with { Document = DocumentKind.Volatile };

    private static LayerIndex Of(params LayerRecord[] layers) =>
        layers.Aggregate(LayerIndex.Empty, (index, layer) => index.Add(layer));

    private static IEnumerable<string> Ids(LayerIndex index) => index.Layers.Select(layer => layer.Id.Value);
}
