// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>Files with holes as GNU tar writes them, and as nobody should.</summary>
public sealed class SparseFileSpec : IDisposable
{
    private const int SizeBytes = 5_000_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0.0")]
    [InlineData("0.1")]
    [InlineData("1.0")]
    public void Should_read_the_file_and_write_the_archive_again_when_gnu_tar_made_it(string version)
    {
        var archive = Pack(version);

        var read = ReadArchive.All(archive, chunkMax: 1000);

        Assert.True(archive.Length < 500_000, "tar found no hole");
        Assert.Equal(["holes", "behind"], read.Entries.Select(entry => entry.Name));
        Assert.Equal(SizeBytes, read.Entries[0].SizeBytes);
        Assert.Equal(File.ReadAllBytes(_directory["holes"]), read.Payloads[0]);
        Assert.Equal("behind"u8.ToArray(), read.Payloads[1]);
        Assert.Equal(archive, Rebuilt(read));
    }

    [Theory]
    [InlineData("0.0")]
    [InlineData("0.1")]
    [InlineData("1.0")]
    public void Should_leave_the_holes_in_the_file_when_it_is_unpacked(string version)
    {
        var archive = Pack(version);
        Directory.CreateDirectory(_directory["tree"]);

        Unpack(archive);

        Assert.Equal(File.ReadAllBytes(_directory["holes"]), File.ReadAllBytes(_directory["tree/holes"]));
        Assert.Equal(0, Syscall.stat(_directory["tree/holes"], out var status));
        Assert.InRange(status.st_blocks * 512, 1, 500_000);
    }

    [Fact]
    public void Should_take_no_room_and_no_time_when_there_is_nothing_but_a_hole()
    {
        var archive = new TarBuilder()
            .Pax(("GNU.sparse.size", "1000000000000"), ("GNU.sparse.numblocks", "1"), ("GNU.sparse.map", "5,1"))
            .File("holes", "x").File("behind", "b").Ended();
        Directory.CreateDirectory(_directory["tree"]);

        Unpack(archive);

        Assert.Equal(1_000_000_000_000, new FileInfo(_directory["tree/holes"]).Length);
        Assert.Equal(0, Syscall.stat(_directory["tree/holes"], out var status));
        Assert.InRange(status.st_blocks * 512, 1, 100_000);
        Assert.Equal("b", File.ReadAllText(_directory["tree/behind"]));
    }

    [Fact]
    public void Should_refuse_when_the_file_is_larger_than_any_can_be()
    {
        var archive = new TarBuilder()
            .Pax(("GNU.sparse.size", "9223372036854775807"), ("GNU.sparse.numblocks", "0"),
                ("GNU.sparse.major", "0"), ("GNU.sparse.minor", "1"))
            .File("holes").Ended();
        Directory.CreateDirectory(_directory["tree"]);

        Assert.Throws<StorageException>(() => Unpack(archive));
    }

    [Theory]
    [InlineData("99999999999\n0\n", "unexpected EOF")]
    [InlineData("2\n0\nx\n", "invalid tar header")]
    [InlineData("-1\n", "invalid tar header")]
    [InlineData("2\n9\n1\n0\n1\n", "invalid tar header")]
    [InlineData("1\n0\n600\n", "non-existent data")]
    [InlineData("1\n0\n5\n", "unreferenced data")]
    public void Should_refuse_when_the_list_of_pieces_is_wrong(string list, string words)
    {
        var archive = new TarBuilder()
            .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000"))
            .File("holes", list.PadRight(512, '\0') + new string('d', 10)).Ended();

        var refusal = ReadArchive.Fails(archive);

        Assert.Equal(StorageErrorKind.InvalidArchive, refusal.Kind);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private void Unpack(byte[] archive)
    {
        var disk = new LinuxDisk();
        using var root = disk.OpenDirectory(_directory["tree"]);
        using var extractor = new LayerExtractor(disk, root);
        using var blob = new BlobReader(new MemoryStream(archive));
        using var reader = new TarReader(blob, split: null, ArchiveLimits.Default);
        while (reader.Next() is { } entry) extractor.Apply(entry, reader);
        extractor.Finish();
    }

    private byte[] Pack(string version)
    {
        using (var file = File.Create(_directory["holes"]))
        {
            foreach (var at in (int[])[100_000, 1_000_000, 1_100_000, 3_000_001])
            {
                file.Position = at;
                file.Write(Encoding.ASCII.GetBytes($"data at {at}"));
            }
            file.SetLength(SizeBytes);
        }
        File.WriteAllText(_directory["behind"], "behind");
        string[] arguments =
        [
            "--create", "--sparse", $"--sparse-version={version}", "--format=posix", "-C", _directory.Path,
            "-f", _directory["tar"], "holes", "behind",
        ];
        using var tar = Process.Start("tar", arguments);
        tar.WaitForExit();
        Assert.Equal(0, tar.ExitCode);
        return File.ReadAllBytes(_directory["tar"]);
    }

    /// <summary>The file with holes must not be needed for it.</summary>
    private static byte[] Rebuilt(ReadArchive read)
    {
        read.Payloads[0] = [];
        return read.Rebuild();
    }
}
