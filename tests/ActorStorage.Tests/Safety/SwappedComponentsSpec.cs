// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Tests.Archive;
using ActorStorage.Disk.Trees;
using ActorStorage.Disk.Unix;
using Xunit.Abstractions;

namespace ActorStorage.Tests.Safety;

/// <summary>
/// Somebody exchanges what paths lead through while we work there. A round is one archive unpacked, rebuilt or written,
/// or one tree copied or removed, during which something was exchanged at least once.
/// </summary>
public sealed class SwappedComponentsSpec(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds = Everything.Else(3_000, all: 10_000);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Each is in the archive, and outside too: a step that is led astray finds what it looks for.
    private static readonly string[] Directories = ["b", "inner", "e", "gone"];
    private static readonly string[] Files = ["secret", "file", "b/file", "inner/deep", "e/f", "h", "gone/x", "dev"];

    private readonly string _directory = Directory.CreateTempSubdirectory("actor-storage-test-").FullName;
    private readonly LinuxDisk _disk = new();
    private readonly byte[] _blob = Archive();
    private readonly Dictionary<string, (int Rounds, int Done)> _counts = new(StringComparer.Ordinal);
    private byte[] _split = [];
    private int _rounds;

    public void Dispose()
    {
        using var parent = _disk.OpenDirectory(Path.GetDirectoryName(_directory)!);
        TreeUnlink.Remove(_disk, parent, Path.GetFileName(_directory));
    }

    /// <summary>Whether what is exchanged stays in the tree or lies beside it meanwhile.</summary>
    [Theory]
    [InlineData("stage/tree")]
    [InlineData("beside")]
    public void Should_touch_nothing_outside_while_components_become_links(string links)
    {
        var canary = new Canary(Path.Combine(_directory, "outside"), Directories, Files);
        foreach (var name in (string[])["stage/tree", "stage/copy", "beside"])
            Directory.CreateDirectory(Path.Combine(_directory, name));
        using (var stage = _disk.OpenDirectory(Path.Combine(_directory, "stage")))
        {
            _split = Unpack(stage);
            Run(stage, canary, Path.Combine(_directory, links));
        }
        output.WriteLine(Counts());
        Assert.Equal(["beside", "outside", "stage"], Directory.GetFileSystemEntries(_directory)
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(_counts.Values, count => Assert.True(count.Rounds >= Rounds / 100, Counts()));
    }

    private string Counts() => string.Join('\n', _counts.Select(each =>
        $"{each.Key}: {each.Value.Rounds} rounds, {each.Value.Done} of them not refused"));

    private void Run(DirectoryHandle stage, Canary canary, string links)
    {
        var running = Stopwatch.StartNew();
        string[][] names = [["a", "a/secret", "d", "a/inner", "a/b", "d/e", "d/e/f", "a/gone"]];
        using var swapping = new Swapping(
            Path.Combine(_directory, "stage/tree"), names, links, name => TargetOf(name, canary.Path));
        // Refusals alone would say nothing of what is reached: each kind of work must have come to its end as well.
        while (_rounds < Rounds / 2 || _counts.Values.Any(count => count.Done == 0))
        {
            Assert.True(running.Elapsed < Patience, $"only {_rounds} rounds in {Patience}: {Counts()}");
            Round("unpacking", () => Unpack(stage));
            Round("rebuilding", () => AssertSilent(Rebuild()));
            Round("writing", () => AssertSilent(WriteAnew(stage)));
            Round("copying", () => Copy(stage));
            Round("unpacking again", () => Unpack(stage));
            Round("removing", () => TreeUnlink.Remove(_disk, stage, "tree"));
            if (_disk.Status(stage, "tree") is null) _disk.MakeDirectory(stage, "tree", 0x1ed);
        }

        void Round(string what, Action work)
        {
            var before = swapping.Count;
            var isDone = true;
            try
            {
                work();
            }
            catch (StorageException)
            {
                isDone = false;
            }
            canary.AssertUntouched(what);
            if (swapping.Count == before) return;
            _rounds++;
            var (rounds, done) = _counts.GetValueOrDefault(what);
            _counts[what] = (rounds + 1, done + (isDone ? 1 : 0));
        }
    }

    /// <summary>Some absolute and some not; a name that is a file becomes a link to one.</summary>
    private static string TargetOf(string name, string outside) => name switch
    {
        "a" => outside,
        "d" => "../../outside",
        "a/b" => outside + "/b",
        "d/e" => "../../../outside/e",
        "a/inner" => "../../../../../../../../../../../../" + outside + "/inner",
        "a/gone" => outside + "/gone",
        "d/e/f" => outside + "/e/f",
        _ => outside + "/secret",
    };

    private static byte[] Archive() => new TarBuilder()
        .Directory("a/").Directory("a/b/").File("a/b/file", "file").File("a/secret", "new").File("a/gone/x")
        .Pax(("SCHILY.xattr.user.note", "x"), ("mtime", "1.5")).File("a/inner/deep", "deep")
        .HardLink("h", "a/secret").HardLink("a/h", "a/b/file").HardLink("a/b/h", "d/e/../../a/secret")
        .Header(new TarFields("a/file", '0') { Mode = "0004755", UserId = "0001750", GroupId = "0001750" })
        .Header(new TarFields("d/e/", '5') { Mode = "0001700", UserId = "0001750" })
        .File("d/e/f", "f").Symlink("d/s", "e").File("d/s/g", "g").Node("a/dev", '6')
        .File("a/.wh.gone").File("a/inner/.wh..wh..opq")
        .Ended();

    private byte[] Unpack(DirectoryHandle stage)
    {
        using var target = _disk.OpenDirectory(stage, "tree");
        using var blob = new BlobReader(new MemoryStream(_blob));
        var whiteouts = _rounds % 2 == 0 ? WhiteoutHandling.Execute : WhiteoutHandling.Represent;
        using var extractor = new LayerExtractor(_disk, target, new ExtractSettings { Whiteouts = whiteouts });
        var split = new MemoryStream();
        using var writer = new TarSplitWriter(split);
        using var reader = new TarReader(blob, writer, ArchiveLimits.Default);
        while (reader.Next() is { } entry) extractor.Apply(entry, reader);
        extractor.Finish();
        reader.Finish();
        writer.Dispose();
        return split.ToArray();
    }

    private byte[] Rebuild()
    {
        var rebuilt = new MemoryStream();
        using var files = new LayerFiles(_disk, new LayerContent([Path.Combine(_directory, "stage/tree")], []));
        try
        {
            TarSplitDiff.Run(_disk, files, new MemoryStream(_split), rebuilt, CancellationToken.None);
        }
        catch (StorageException)
        {
            AssertSilent(rebuilt.ToArray());
            throw;
        }
        return rebuilt.ToArray();
    }

    private byte[] WriteAnew(DirectoryHandle stage)
    {
        var written = new MemoryStream();
        using var upper = _disk.OpenDirectory(stage, "tree");
        UpperDiff.Run(_disk, upper, [], IdMaps.None, written, CancellationToken.None);
        return written.ToArray();
    }

    private void Copy(DirectoryHandle stage)
    {
        TreeUnlink.Remove(_disk, stage, "copy");
        _disk.MakeDirectory(stage, "copy", 0x1ed);
        using var from = _disk.OpenDirectory(stage, "tree");
        using var to = _disk.OpenDirectory(stage, "copy");
        TreeCopy.Run(_disk, from, to, OwnerChange.None, CancellationToken.None);
    }

    private static void AssertSilent(byte[] archive) =>
        Assert.True(archive.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary.Song)) < 0, "what is outside was read");
}
