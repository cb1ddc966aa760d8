// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Tests.Upkeep;

public sealed class StoreCheckSpec
{
    private static readonly CheckOptions AtOnce = new(TimeSpan.Zero);

    public static TheoryData<string, string> SameWords
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var damage in StoreDamage.SameWords.Keys) cases.Add("overlay", damage);
            foreach (var damage in StoreDamage.SameWords.Keys) cases.Add("vfs", damage);
            return cases;
        }
    }

    public static TheoryData<string> OtherWords => new(StoreDamage.OtherWords.Keys);

    [SkippableTheory]
    [MemberData(nameof(SameWords))]
    public void Should_find_what_the_go_tool_finds_when_damage_was_done(string driver, string damage)
    {
        using var root = new UpkeepRoot(driver);
        var store = StoreDamage.Of(root);
        StoreDamage.SameWords[damage](store);

        var ours = store.Named(UpkeepRoot.Lines(root.Check()));

        var theirs = store.Named(root.GoCheck());
        Assert.True(theirs == ours, $"they say:\n{theirs}\nand we:\n{ours}");
    }

    [SkippableTheory]
    [MemberData(nameof(OtherWords))]
    public void Should_name_what_is_damaged_when_the_go_tool_says_it_otherwise(string damage)
    {
        using var root = new UpkeepRoot();
        var store = StoreDamage.Of(root);
        var (damages, expected) = StoreDamage.OtherWords[damage];
        damages(store);

        var ours = store.Named(UpkeepRoot.Lines(root.Check()));

        Assert.StartsWith(expected, ours.Split('\n').First(line => line.StartsWith(' ')), StringComparison.Ordinal);
        // Whatever they call it, they must find it where we do.
        Assert.Equal(Headings(store.Named(root.GoCheck())), Headings(ours));
    }

    [SkippableFact]
    public void Should_find_layers_that_nothing_needs_when_they_are_old_enough()
    {
        using var root = new UpkeepRoot();
        StoreDamage.Of(root);
        var alone = root.Import(new Extract.TestArchive().File("f"));
        var above = root.Import(new Extract.TestArchive().File("g"), alone);

        Assert.Equal([], UpkeepRoot.Lines(root.Check()));

        var report = root.Check(AtOnce);
        Assert.Equal(root.GoCheck("-m", "0"), UpkeepRoot.Lines(report));
        var plan = RepairPlan.Of(report, root.Records(), force: false);
        Assert.Equal([above, alone], plan.Layers.ToArray());
        Assert.True(plan is { Images: [], Containers: [], StorageLayers: [] });
    }

    [SkippableFact]
    public void Should_only_rebuild_archives_when_it_must_be_quick()
    {
        using var root = new UpkeepRoot();
        var store = StoreDamage.Of(root);
        File.WriteAllText($"{store.BaseDiff}/datafile3", "more");

        Assert.Equal([], UpkeepRoot.Lines(root.Check(CheckOptions.Default with { Quick = true })));
        Assert.Equal([], root.GoCheck("-q"));

        StoreDamage.SameWords["a file with other content"](store);

        Assert.Equal(root.GoCheck("-q"), UpkeepRoot.Lines(root.Check(CheckOptions.Default with { Quick = true })));
    }

    private static IEnumerable<string> Headings(string lines) => lines.Split('\n').Where(line => !line.StartsWith(' '));
}
