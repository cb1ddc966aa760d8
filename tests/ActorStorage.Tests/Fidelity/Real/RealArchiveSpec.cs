// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using Xunit.Abstractions;

namespace ActorStorage.Tests.Fidelity.Real;

/// <summary>What people really have in their layers: the same tree, record and diff as by the Go engine.</summary>
public sealed class RealArchiveSpec(ITestOutputHelper output)
{
    private static readonly bool All =
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_ALL"));

    private static readonly string Driver =
        Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_DRIVER") ?? "overlay";

    public static TheoryData<string, Compression> Archives
    {
        get
        {
            var archives = new TheoryData<string, Compression>();
            Compression[] most = [Compression.None, Compression.Gzip, Compression.Zstd];
            if (!All)
            {
                foreach (var (tree, compression) in RealTree.Small.Zip(most)) archives.Add(tree, compression);
                return archives;
            }
            foreach (var tree in RealTree.Small.Concat(RealTree.Large))
            {
                foreach (var compression in most) archives.Add(tree, compression);
            }
            archives.Add(RealTree.Large[0], Compression.Xz);
            archives.Add(RealTree.Large[^1], Compression.Bzip2);
            return archives;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Archives))]
    public async Task Should_make_what_the_go_engine_makes_when_an_archive_is_of_a_real_tree(
        string tree, Compression compression)
    {
        Tool.Require(Tool.GoNewest);
        await using var import = new RealImport(Driver);
        await RealTree.ArchiveAsync(tree, compression, import.File);
        var blobBytes = new FileInfo(import.File).Length;

        var differences = await import.DifferencesAsync();

        output.WriteLine($"{tree} {compression}: {import.Entries} files, blob of {blobBytes >> 20} MiB, ours "
            + $"{import.OursTook.TotalSeconds:f1} s, theirs {import.TheirsTook.TotalSeconds:f1} s");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
        Assert.True(import.Entries > 1);
    }
}
