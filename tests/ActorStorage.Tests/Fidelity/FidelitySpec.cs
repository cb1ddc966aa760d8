// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Tests.Fidelity;

/// <summary>Whatever the archive is: we make of it what the newest Go engine makes of it, or refuse
/// it as well.</summary>
public sealed class FidelitySpec
{
    public static TheoryData<string> Groups => [.. Corpus.Groups.Keys];

    [SkippableTheory]
    [MemberData(nameof(Groups))]
    public async Task Should_make_what_the_go_engine_makes_when_an_archive_was_made_by_hand(
        string group) =>
        await ImportComparison.AssertSameAsync(Corpus.Groups[group], "overlay");

    [Fact]
    public void Should_list_only_archives_that_there_are()
    {
        var kinds = Corpus.Groups.Values.SelectMany(kinds => kinds).Select(kind => kind.Name).ToList();
        Assert.Empty(kinds.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1)
            .Select(same => same.Key));
        Assert.Empty(ListedExceptions.Names.Except(kinds));
    }
}
