// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Extract;

/// <summary>A second archive in the directory of an overlay layer that was made from another one.</summary>
public sealed class AppliedAgainSpec : IClassFixture<AppliedAgainSpec.SharedEngine>, IDisposable
{
    private static readonly LinuxDisk Disk = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly SharedEngine _engine;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public AppliedAgainSpec(SharedEngine engine)
    {
        _engine = engine;
        Directory.CreateDirectory(_directory["layer"]);
        File.SetUnixFileMode(_directory["layer"], (UnixFileMode)0x16d);      // 0555
    }

    public static TheoryData<string> Cases => new(ExecutionCases.All.Keys);

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Should_make_the_tree_that_the_go_engine_makes_or_refuse_as_it_does(string name)
    {
        GoEngine.SkipIfMissing();
        var archive = ExecutionCases.All[name]().ToArray();
        var (theirs, said) = _engine.Apply(archive, _started);
        Assert.Null(Extract(ExecutionCases.Below.ToArray()));

        var refusal = Extract(archive);

        if (theirs is null) Assert.True(refusal is not null, $"the other engine refused: {said}");
        else if (refusal is not null) Assert.Fail($"refused what the other engine takes: {refusal}");
        else Assert.Equal(Seen(theirs), Seen(TreeListing.Of(_directory["layer"], _started)));
    }

    private static string Seen(IEnumerable<string> lines) =>
        Regex.Replace(string.Join('\n', lines), " accessed [^ ]+", "");

    private StorageError? Extract(byte[] archive)
    {
        using var root = Disk.OpenDirectory(_directory["layer"]);
        using var extractor = new LayerExtractor(Disk, root);
        using var blob = new BlobReader(new MemoryStream(archive));
        using var reader = new TarReader(blob, split: null, ArchiveLimits.Default);
        try
        {
            while (reader.Next() is { } entry) extractor.Apply(entry, reader);
            extractor.Finish();
            return null;
        }
        catch (StorageException refused)
        {
            return refused.Error;
        }
    }

    /// <summary>One root of the other engine, with a layer for each archive.</summary>
    public sealed class SharedEngine : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly GoEngine _engine;

        public SharedEngine() => _engine = new GoEngine(_directory.Path);

        public void Dispose()
        {
            _engine.Dispose();
            _directory.Dispose();
        }

        internal (IReadOnlyList<string>? Tree, string Said) Apply(byte[] archive, DateTimeOffset since)
        {
            var id = Guid.NewGuid().ToString("n");
            File.WriteAllBytes(_directory["below.tar"], ExecutionCases.Below.ToArray());
            File.WriteAllBytes(_directory["archive.tar"], archive);
            var (created, why) = _engine.Run("import-layer", "--id", id, "-f", _directory["below.tar"]);
            Assert.True(created == 0, why);
            var (applied, said) = _engine.Run("applydiff", "-f", _directory["archive.tar"], id);
            return (applied == 0 ? TreeListing.Of(_engine.Content(id), since) : null, said);
        }
    }
}
