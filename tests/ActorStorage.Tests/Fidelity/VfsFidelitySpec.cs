// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Tests.Fidelity;

/// <summary>The same where a layer is a copy of the one below it.</summary>
public sealed class VfsFidelitySpec
{
    /// <summary>Groups about what is read, before it matters where a layer's files lie.</summary>
    private static readonly string[] OnlyReading =
        ["headers", "numbers", "pax", "gnu", "sparse", "ends", "compressions"];

    public static TheoryData<string> Groups =>
        [.. Corpus.Groups.Keys.Where(group => Everything.IsAskedFor || !OnlyReading.Contains(group))];

    [SkippableTheory]
    [MemberData(nameof(Groups))]
    public async Task Should_make_what_the_go_engine_makes_when_an_archive_was_made_by_hand(string group) =>
        await ImportComparison.AssertSameAsync(Corpus.Groups[group], "vfs");
}
