// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Tests.Output;

public sealed class LayerTreeSpec
{
    private const string Fork = "\u251c\u2500";
    private const string Last = "\u2514\u2500";
    private const string Bar = "\u2502 ";

    [Fact]
    public void Should_print_nothing_when_there_are_no_layers() => Assert.Equal("", LayerTree.Render([]));

    [Fact]
    public void Should_draw_names_and_children_below_a_layer_when_it_has_both() => Assert.Equal(
        "(base)\n" +
        $"{Fork}1111\n" +
        $"{Bar}name: base\n" +
        $"{Bar}{Last}2222\n" +
        $"{Bar}  name: top\n" +
        $"{Bar}  mount: /m\n" +
        $"{Last}other\n",
        LayerTree.Render(
        [
            new("1111", "", ["name: base"]), new("2222", "1111", ["name: top", "mount: /m"]), new("other", "", []),
        ]));

    [Fact]
    public void Should_begin_with_the_missing_parent_when_a_layer_hangs_on_one() => Assert.Equal(
        $"gone\n{Last}b\n  {Fork}c\n  {Last}d\n",
        LayerTree.Render([new("b", "gone", []), new("c", "b", []), new("d", "b", [])]));

    [Fact]
    public void Should_draw_every_layer_when_the_chain_is_long()
    {
        const int depth = 1_000;
        var layers = Enumerable.Range(0, depth)
            .Select(i => new TreeLayer($"{i}", i == 0 ? "" : $"{i - 1}", [])).ToList();
        Assert.Equal(depth + 1, LayerTree.Render(layers).Count(c => c == '\n'));
    }
}
