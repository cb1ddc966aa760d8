// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Tests.Archive;
using ActorStorage.Disk.Unix;
using Member = ActorStorage.Disk.Tests.Extract.TestArchive.Member;

namespace ActorStorage.Disk.Tests.Extract;

/// <summary>One blob makes one tree, whether one thread unpacks it or four do.</summary>
public sealed class ThreadsOfUnpackingSpec : IDisposable
{
    private const int Files = 3000;
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Should_make_the_same_tree_and_tell_the_same_facts()
    {
        var blob = Compressed.Gzip(Archive().ToArray());

        var (one, oneSplit) = Unpack(blob, "one", hasSpareCore: false);
        var (four, fourSplit) = Unpack(blob, "four", hasSpareCore: true);

        Assert.Equal(one.Facts.DiffDigest, four.Facts.DiffDigest);
        Assert.Equal(one.Facts.CompressedDigest, four.Facts.CompressedDigest);
        Assert.Equal(one.Entries, four.Entries);
        Assert.Equal(oneSplit, fourSplit);
        Assert.Equal(TreeListing.Of(_directory["one"], _started), TreeListing.Of(_directory["four"], _started));
        Assert.Equal(
            "of the link", File.ReadAllText(_directory["four/replaced"]) + File.ReadAllText(_directory["four/kept"]));
    }

    [Fact]
    public void Should_fail_with_the_first_failure_when_a_later_one_is_found_sooner()
    {
        var archive = new TestArchive();
        for (var number = 0; number < 100; number++) archive.File(Name(number));
        archive.Add(new Member("refused", '0') { Xattrs = [("user.", [1])] });
        for (var number = 100; number < 110; number++) archive.File(Name(number));
        var broken = archive.ToArray();
        broken[^2000] ^= 1;

        var one = Assert.Throws<StorageException>(() => Unpack(broken, "one", hasSpareCore: false));
        var four = Assert.Throws<StorageException>(() => Unpack(broken, "four", hasSpareCore: true));

        Assert.Contains("setxattr user.", one.Message, StringComparison.Ordinal);
        Assert.Equal(
            one.Message.Replace("/one/", "/", StringComparison.Ordinal),
            four.Message.Replace("/four/", "/", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_leave_no_file_open_when_it_fails()
    {
        var archive = Archive().Add(new Member("refused", '0') { Xattrs = [("user.", [1])] });
        for (var number = 0; number < 200; number++) archive.File($"late/{number}");

        Assert.Throws<StorageException>(() => Unpack(archive.ToArray(), "four", hasSpareCore: true));

        Assert.DoesNotContain(
            Directory.GetFileSystemEntries("/proc/self/fd").Select(link => new FileInfo(link).LinkTarget ?? ""),
            target => target.StartsWith(_directory.Path, StringComparison.Ordinal));
    }

    /// <summary>Everything that has to do with files whose content is not written yet.</summary>
    private static TestArchive Archive()
    {
        var archive = new TestArchive();
        for (var number = 0; number < Files; number++)
        {
            archive.Add(new Member(Name(number), '0')
            {
                Mode = number % 7 == 0 ? 0x9ed : 0x1a4,
                UserId = number % 3,
                ModifiedAt = (1_000_000_000 + number).ToString(CultureInfo.InvariantCulture),
                Content = Encoding.UTF8.GetBytes(
                    new string((char)('a' + number % 26), number % 50 == 0 ? 70_000 : number)),
                Xattrs = number % 11 == 0 ? [("user.number", [(byte)number])] : [],
            });
            if (number % 20 == 0)
                archive.Add(new Member($"link-{number}", '1') { Link = Name(number), UserId = 7, Mode = 0x1ff });
        }
        // No archive may name a path twice, so what is in the way is reached by another one.
        return archive.Add(new Member("again", '2') { Link = "." })
            .File("d", "a file in the way of a directory").Directory("again/d").File("d/below")
            .File("s", "a file in the way of a link").Add(new Member("again/s", '2') { Link = "d" })
            .File("kept", "of the link").Add(new Member("replaced", '1') { Link = "kept" })
            .File("again/replaced", "");
    }

    private static string Name(int number) => $"d{number % 10}/file-{number}";

    private (UnpackedBlob Unpacked, byte[] TarSplit) Unpack(byte[] blob, string name, bool hasSpareCore)
    {
        Directory.CreateDirectory(_directory[name]);
        using var place = _disk.OpenDirectory(_directory.Path);
        using var target = _disk.OpenDirectory(_directory[name]);
        using var split = _disk.CreateFile(place, $"{name}.tar-split.gz", 0x180);
        var settings = new ExtractSettings { HasSpareCore = () => hasSpareCore };
        var unpacked = new BlobUnpacking(_disk, settings, CancellationToken.None)
            .Run(new LayerBlob("blob", () => new MemoryStream(blob)), target, split);
        using var gzip = new System.IO.Compression.GZipStream(
            File.OpenRead(_directory[$"{name}.tar-split.gz"]), System.IO.Compression.CompressionMode.Decompress);
        var text = new MemoryStream();
        gzip.CopyTo(text);
        return (unpacked, text.ToArray());
    }
}
