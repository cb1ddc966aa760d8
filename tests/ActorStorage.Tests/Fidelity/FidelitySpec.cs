// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Tests.Fidelity;

/// <summary>Whatever the archive is: we make of it what the newest Go engine makes of it, or refuse
/// it as well.</summary>
public sealed class FidelitySpec
{
    /// <summary>Set to anything: all random archives, with the diff of each layer.</summary>
    private static readonly bool All =
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_ALL"));

    /// <summary>Of the random archives.</summary>
    private static readonly string Driver =
        Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_DRIVER") ?? "overlay";

    public static TheoryData<string, string> Groups
    {
        get
        {
            var groups = new TheoryData<string, string>();
            foreach (var driver in (string[])["overlay", "vfs"])
            {
                foreach (var group in Corpus.Groups.Keys) groups.Add(driver, group);
            }
            return groups;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Groups))]
    public async Task Should_make_what_the_go_engine_makes_when_an_archive_was_made_by_hand(
        string driver, string group) =>
        await CompareAsync(Corpus.Groups[group], driver, withDiffs: true);

    [SkippableFact]
    public async Task Should_make_what_the_go_engine_makes_when_an_archive_is_random() =>
        await CompareAsync(RandomArchive.Seeds(All ? 500 : 120), Driver, withDiffs: All);

    [Fact]
    public void Should_list_only_archives_that_there_are()
    {
        var kinds = Corpus.Groups.Values.SelectMany(kinds => kinds).Select(kind => kind.Name).ToList();
        Assert.Empty(kinds.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1)
            .Select(same => same.Key));
        Assert.Empty(ListedExceptions.Names.Except(kinds));
    }

    private static async Task CompareAsync(ArchiveKind[] kinds, string driver, bool withDiffs)
    {
        Tool.Require(Tool.GoNewest);
        await using var comparison = new ImportComparison(driver) { WithDiffs = withDiffs };
        var differences = await comparison.RunAsync(kinds);
        var faults = ListedExceptions.Judge(kinds, differences, driver);
        Assert.True(faults.Count == 0, $"{faults.Count} of {kinds.Length}:\n{string.Join('\n', faults)}");
    }
}
