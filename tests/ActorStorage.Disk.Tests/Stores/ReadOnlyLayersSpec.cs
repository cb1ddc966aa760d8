// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Stores;

public sealed class ReadOnlyLayersSpec
{
    private static readonly ReadOnlyLayers Layers = new(
    [
        LayerIndex.Of([Layer("/one", "abc", "first"), Layer("/one", "same")]),
        LayerIndex.Of([Layer("/two", "ab"), Layer("/two", "same"), Layer("/two", "d", "first")]),
    ]);

    [Fact]
    public void Should_ask_the_stores_in_their_order()
    {
        Assert.Equal("/one", Layers.Find(new LayerId("same"))?.ReadOnlyStore);
        Assert.Equal("abc", Layers.Resolve("first")?.Id.Value);
        Assert.Equal("/two", Layers.Find(new LayerId("ab"))?.ReadOnlyStore);
        Assert.Null(Layers.Find(new LayerId("x")));
    }

    [Fact]
    public void Should_prefer_the_beginning_of_an_id_in_an_earlier_store_to_an_id_in_a_later_one()
    {
        Assert.Equal("abc", Layers.Resolve("ab")?.Id.Value);
    }

    [Fact]
    public void Should_list_all_with_those_that_are_in_two_stores_twice()
    {
        Assert.Equal(["abc", "same", "ab", "same", "d"], Layers.Layers.Select(layer => layer.Id.Value));
        Assert.Empty(ReadOnlyLayers.None.Layers);
    }

    private static LayerRecord Layer(string store, string id, params string[] names) =>
        new() { Id = new LayerId(id), Names = [.. names], ReadOnlyStore = store };
}
