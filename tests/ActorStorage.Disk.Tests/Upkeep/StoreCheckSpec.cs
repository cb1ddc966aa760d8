// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Tests.Upkeep;

public sealed class StoreCheckSpec : IDisposable
{
    private readonly UpkeepRoot _root = new();

    public static TheoryData<string> SameWords => new(StoreDamage.SameWords.Keys);

    public void Dispose() => _root.Dispose();

    [SkippableTheory]
    [MemberData(nameof(SameWords))]
    public void Should_find_what_the_go_tool_finds_when_damage_was_done(string damage)
    {
        var store = StoreDamage.Of(_root);
        StoreDamage.SameWords[damage](store);

        var ours = store.Named(UpkeepRoot.Lines(_root.Check()));

        var theirs = store.Named(_root.GoCheck());
        Assert.True(theirs == ours, $"they say:\n{theirs}\nand we:\n{ours}");
    }
}
