// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using Member = ActorStorage.Disk.Tests.Extract.TestArchive.Member;

namespace ActorStorage.Disk.Tests.Extract;

public sealed class LayerExtractorSpec : IClassFixture<LayerExtractorSpec.SharedEngine>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SharedEngine _engine;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public LayerExtractorSpec(SharedEngine engine)
    {
        _engine = engine;
        Directory.CreateDirectory(_directory["outside"]);
        File.WriteAllText(_directory["outside/canary"], "sings");
        Directory.CreateDirectory(_directory["diff"]);
        File.SetUnixFileMode(_directory["diff"], (UnixFileMode)0x16d);      // 0555
    }

    public static TheoryData<string> Cases => new(ArchiveCases.All.Keys);

    public void Dispose()
    {
        RemoveContent(_directory.Path);
        _directory.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Should_make_the_tree_that_the_go_engine_makes_or_refuse_as_it_does(string name)
    {
        GoEngine.SkipIfMissing();
        var archive = ArchiveCases.All[name](_directory["outside"]).ToArray();
        var (theirs, said) = _engine.Import(archive, _started);
        var outside = TreeListing.Of(_directory["outside"], since: null);

        var refusal = Extract(archive);

        Assert.Equal(outside, TreeListing.Of(_directory["outside"], since: null));
        if (theirs is null) Assert.True(refusal is not null, $"the other engine refused: {said}");
        else if (refusal is not null) Assert.Fail($"refused what the other engine takes: {refusal}");
        else Assert.Equal(theirs, TreeListing.Of(_directory["diff"], _started));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(4_294_967_295, 0)]
    [InlineData(0, 4_294_967_296)]
    public void Should_refuse_an_id_that_the_kernel_would_change(long userId, long groupId)
    {
        var archive = new TestArchive().Add(new Member("bin/tool", '0') { UserId = userId, GroupId = groupId });

        var refusal = Extract(archive.ToArray());

        Assert.Equal(StorageErrorKind.InvalidArchive, refusal?.Kind);
        Assert.Contains("\"bin/tool\"", refusal!.Message, StringComparison.Ordinal);
    }

    /// <summary>The longest paths are too long for those who join the temp directory's name with them.</summary>
    private static void RemoveContent(string path)
    {
        var disk = new LinuxDisk();
        using var directory = disk.OpenDirectory(path);
        foreach (var name in disk.List(directory)) TreeRemoval.Remove(disk, directory, name);
    }

    private StorageError? Extract(byte[] archive)
    {
        var disk = new LinuxDisk();
        using var root = disk.OpenDirectory(_directory["diff"]);
        using var extractor = new LayerExtractor(disk, root);
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

    /// <summary>One root of the other engine for all archives.</summary>
    public sealed class SharedEngine : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly GoEngine _engine;

        public SharedEngine() => _engine = new GoEngine(_directory.Path);

        public void Dispose()
        {
            _engine.Dispose();
            RemoveContent(_directory.Path);
            _directory.Dispose();
        }

        internal (IReadOnlyList<string>? Tree, string Said) Import(byte[] archive, DateTimeOffset since)
        {
            var file = _directory["archive.tar"];
            File.WriteAllBytes(file, archive);
            var id = Guid.NewGuid().ToString("n");
            var (exitCode, said) = _engine.Run("import-layer", "--id", id, "-f", file);
            return (exitCode == 0 ? TreeListing.Of($"{_engine.Overlay}/{id}/diff", since) : null, said);
        }
    }
}
