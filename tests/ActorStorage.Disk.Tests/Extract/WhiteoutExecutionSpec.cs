// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Extract;

public sealed class WhiteoutExecutionSpec : IClassFixture<WhiteoutExecutionSpec.SharedEngine>, IDisposable
{
    private static readonly LinuxDisk Disk = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly SharedEngine _engine;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public WhiteoutExecutionSpec(SharedEngine engine)
    {
        _engine = engine;
        Directory.CreateDirectory(_directory["layer"]);
        File.SetUnixFileMode(_directory["layer"], (UnixFileMode)0x16d);      // 0555
    }

    public static TheoryData<string> Cases => new(ExecutionCases.All.Keys);

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Should_make_the_tree_that_the_go_engine_makes_where_layers_hold_what_is_below(string name)
    {
        GoEngine.SkipIfMissing();
        var archive = ExecutionCases.All[name]().ToArray();
        var (theirs, said) = _engine.Import(archive, _started);
        Assert.Null(Extract(ExecutionCases.Below.ToArray()));

        var refusal = Extract(archive);

        if (theirs is null) Assert.True(refusal is not null, $"the other engine refused: {said}");
        else if (refusal is not null) Assert.Fail($"refused what the other engine takes: {refusal}");
        else Assert.Equal(Seen(theirs), Seen(TreeListing.Of(_directory["layer"], _started)));
    }

    [Theory]
    [InlineData("d/.wh.")]
    [InlineData("d/.wh..")]
    [InlineData("d/.wh...")]
    public void Should_refuse_to_delete_the_directory_that_the_whiteout_lies_in(string name)
    {
        Assert.Null(Extract(ExecutionCases.Below.ToArray()));

        var refusal = Extract(new TestArchive().Whiteout(name).ToArray());

        Assert.Equal(StorageErrorKind.InvalidArchive, refusal?.Kind);
        Assert.True(File.Exists(_directory["layer/d/f"]));
    }

    /// <summary>
    /// Without what is an accident of the other engine: times of access, since it copied what is below, and the time
    /// of the root, in which it makes and removes a scratch directory.
    /// </summary>
    private static string Seen(IEnumerable<string> lines) => Regex.Replace(
        string.Join('\n', lines), "^(/ .*) modified [^\n]+| accessed [^ ]+", "$1");

    private StorageError? Extract(byte[] archive)
    {
        using var root = Disk.OpenDirectory(_directory["layer"]);
        using var extractor = new LayerExtractor(
            Disk, root, new ExtractSettings { Whiteouts = WhiteoutHandling.Execute });
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

    /// <summary>One root of the other engine for all archives, which go on top of the same layer.</summary>
    public sealed class SharedEngine : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly GoEngine _engine;
        private string? _below;

        public SharedEngine() => _engine = new GoEngine(_directory.Path, "vfs");

        public void Dispose()
        {
            _engine.Dispose();
            _directory.Dispose();
        }

        internal (IReadOnlyList<string>? Tree, string Said) Import(byte[] archive, DateTimeOffset since)
        {
            _below ??= Import(ExecutionCases.Below.ToArray(), parent: []).Layer;
            var (layer, said) = Import(archive, [_below!]);
            return (layer is null ? null : TreeListing.Of(_engine.Content(layer), since), said);
        }

        private (string? Layer, string Said) Import(byte[] archive, string[] parent)
        {
            var file = _directory["archive.tar"];
            File.WriteAllBytes(file, archive);
            var id = Guid.NewGuid().ToString("n");
            var (exitCode, said) = _engine.Run(["import-layer", "--id", id, "-f", file, .. parent]);
            return (exitCode == 0 ? id : null, said);
        }
    }
}
