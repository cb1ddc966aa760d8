// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Tests.Fidelity;

/// <summary>The same of archives that nobody thought of.</summary>
public sealed class RandomFidelitySpec
{
    /// <summary>Set to anything: all random archives, with the diff of each layer.</summary>
    private static readonly bool All =
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_ALL"));

    private static readonly string Driver =
        Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_DRIVER") ?? "overlay";

    [SkippableFact]
    public async Task Should_make_what_the_go_engine_makes_when_an_archive_is_random() =>
        await ImportComparison.AssertSameAsync(RandomArchive.Seeds(All ? 500 : 120), Driver, withDiffs: All);
}
