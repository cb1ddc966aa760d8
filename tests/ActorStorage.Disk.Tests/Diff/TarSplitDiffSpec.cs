// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Tests.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Diff;

public sealed class TarSplitDiffSpec : IDisposable
{
    private readonly LinuxDisk _disk = new();
    private readonly TemporaryDirectory _layer = new();

    public void Dispose() => _layer.Dispose();

    [Fact]
    public void Should_rebuild_every_byte()
    {
        var archive = new TarBuilder()
            .Directory("./").Directory("d/").Directory("etc").File("d/caf\u00e9", "hello").File("d/empty")
            .Header(new TarFields("s", '2') { Link = "/etc" })
            .Header(new TarFields("h", '1') { Link = "d/empty" })
            .File("/rooted", "x").File("../above", "y").File("s/through", "z")
            .Raw(new byte[1024]).Raw("junk behind the end"u8.ToArray()).ToArray();
        Assert.Equal(archive, Rebuild(Unpack(archive)));
    }

    [Fact]
    public void Should_leave_the_size_of_a_link_or_a_directory_out()
    {
        var archive = new TarBuilder()
            .File("f", "hello").Header(new TarFields("h", '1') { Link = "f" }, 5).Header(new TarFields("d/", '5'), 100)
            .Header(new TarFields("p", '6'), 7).Header(new TarFields("s", '2') { Link = "nowhere" }, 7)
            .Ended();
        Assert.Equal(archive, Rebuild(Unpack(archive)));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("longer")]
    [InlineData("gone")]
    [InlineData("a directory")]
    [InlineData("a link that leads out")]
    public void Should_be_corrupt_when_a_file_is_not_the_one_unpacked(string what)
    {
        var split = Unpack(new TarBuilder().File("a\"b", "hello").Ended());
        var path = _layer["a\"b"];
        switch (what)
        {
            case "changed": File.WriteAllText(path, "hellO"); break;
            case "longer": File.AppendAllText(path, "o"); break;
            case "gone": File.Delete(path); break;
            case "a directory":
                File.Delete(path);
                Directory.CreateDirectory(path);
                break;
            default:
                using (var outside = new TemporaryDirectory())
                {
                    File.WriteAllText(outside["x"], "hello");
                    File.Delete(path);
                    File.CreateSymbolicLink(path, outside["x"]);
                    Refuse(split);
                    return;
                }
        }
        Refuse(split);
    }

    [Fact]
    public void Should_find_files_that_were_moved_below_the_layers_own_directory()
    {
        var archive = new TarBuilder().Directory("d/").File("d/moved", "hello").File("d/below", "y").Ended();
        var split = Unpack(archive);
        using var empty = new TemporaryDirectory();
        using var below = new TemporaryDirectory();
        Directory.CreateDirectory(below["d"]);
        File.Move(_layer["d/below"], below["d/below"]);
        var content = new LayerContent([empty.Path, _layer.Path], ["/nowhere/at/all", below.Path]);
        using var files = new LayerFiles(_disk, content);
        var output = new MemoryStream();

        TarSplitDiff.Run(_disk, files, new MemoryStream(split), output, CancellationToken.None);

        Assert.Equal(archive, output.ToArray());
    }

    [Fact]
    public void Should_rebuild_what_follows_any_byte()
    {
        var archive = new TarBuilder()
            .Directory("d/").File("d/one", "hello").File("d/empty").File("d/two", new string('x', 3000))
            .Header(new TarFields("h", '1') { Link = "d/one" }, 5).Raw(new byte[1024]).Raw("junk"u8.ToArray())
            .ToArray();
        var split = Unpack(archive);
        for (var offset = 0; offset <= archive.Length + 2; offset++)
        {
            var expected = archive.AsSpan(Math.Min(offset, archive.Length));
            Assert.True(expected.SequenceEqual(Rebuild(split, offset: offset)), $"offset {offset}");
        }
    }

    [Fact]
    public void Should_not_open_what_ends_before_the_offset()
    {
        var archive = new TarBuilder().File("gone", "hello").File("changed", "hello").File("f", "world").Ended();
        var split = Unpack(archive);
        File.Delete(_layer["gone"]);
        File.WriteAllText(_layer["changed"], "Hello");
        // A file that is read from its second byte on has no checksum to be compared with, one that follows has.
        const int Offset = 1024 + 512 + 1;
        Assert.Equal(archive[Offset..], Rebuild(split, offset: Offset));
        File.WriteAllText(_layer["f"], "World");
        Assert.Throws<StorageException>(() => Rebuild(split, offset: Offset));
        File.WriteAllText(_layer["changed"], "shorter");
        Assert.Throws<StorageException>(() => Rebuild(split, offset: Offset));
    }

    [Fact]
    public void Should_stop_when_it_is_cancelled()
    {
        var split = Unpack(new TarBuilder().File("a", "hello").Ended());
        using var source = new CancellationTokenSource();
        source.Cancel();
        using var files = new LayerFiles(_disk, new LayerContent([_layer.Path], []));
        Assert.Throws<OperationCanceledException>(
            () => TarSplitDiff.Run(_disk, files, new MemoryStream(split), Stream.Null, source.Token));
    }

    [Fact]
    public void Should_rebuild_random_archives()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            using var layer = new TemporaryDirectory();
            var archive = RandomArchive(new Random(seed));
            var rebuilt = Rebuild(Unpack(archive, layer.Path), layer.Path);
            Assert.True(archive.AsSpan().SequenceEqual(rebuilt), $"seed {seed}");
        }
    }

    private void Refuse(byte[] split)
    {
        var e = Assert.Throws<StorageException>(() => Rebuild(split));
        Assert.Equal((StorageErrorKind.Corrupt, "file integrity checksum failed for \"a\\\"b\""), (e.Kind, e.Message));
    }

    private static byte[] RandomArchive(Random random)
    {
        var tar = new TarBuilder();
        var count = random.Next(0, 25);
        for (var index = 0; index < count; index++)
        {
            var text = index.ToString(CultureInfo.InvariantCulture);
            var name = random.Next(5) switch
            {
                0 => $"./dir{random.Next(3)}/n{text}",
                1 => $"caf\u00e9{text}",
                2 => $"/n{text}",
                _ => $"n{text}",
            };
            var content = new byte[random.Next(4) switch { 0 => 0, 1 => 512 * random.Next(4), _ => random.Next(3000) }];
            random.NextBytes(content);
            if (random.Next(4) == 0) tar.Pax(("mtime", $"{random.Next()}.{random.Next()}"), ("uid", "70000"));
            if (random.Next(8) == 0)
            {
                name = new string('x', random.Next(101, 200)) + text;
                tar.Extension('L', "././@LongLink", name + "\0");
            }
            switch (random.Next(6))
            {
                case 0: tar.Directory(name); break;
                case 1: tar.Header(new TarFields(name, '2') { Link = "dir0" }); break;
                default: tar.File(new TarFields(name, random.Next(2) == 0 ? '0' : '\0'), content); break;
            }
        }
        var end = new byte[random.Next(3) * 512];
        if (end.Length == 1024) end = [.. end, .. Enumerable.Repeat((byte)random.Next(256), random.Next(10_000))];
        return tar.Raw(end).ToArray();
    }

    private byte[] Unpack(byte[] archive, string? into = null)
    {
        using var blob = new BlobReader(new MemoryStream(archive));
        using var diff = _disk.OpenDirectory(into ?? _layer.Path);
        using var extractor = new LayerExtractor(_disk, diff);
        var split = new MemoryStream();
        using var writer = new TarSplitWriter(split);
        using var tar = new TarReader(blob, writer, ArchiveLimits.Default);
        while (tar.Next() is { } entry) extractor.Apply(entry, tar);
        extractor.Finish();
        tar.Finish();
        writer.Dispose();
        return split.ToArray();
    }

    private byte[] Rebuild(byte[] split, string? from = null, long offset = 0)
    {
        using var files = new LayerFiles(_disk, new LayerContent([from ?? _layer.Path], []));
        var output = new MemoryStream();
        TarSplitDiff.Run(_disk, files, new MemoryStream(split), output, offset, CancellationToken.None);
        return output.ToArray();
    }
}
