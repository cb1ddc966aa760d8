// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.Security.Cryptography;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using Mono.Unix.Native;

namespace ActorStorage.TestKit.Tests.Archives;

public sealed class TarBuilderSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly string LongName = $"long/{new string('n', 200)}";

    [Fact]
    public void Should_write_the_same_bytes_every_time()
    {
        Assert.Equal(Everything().Build(), Everything().Build());
        // Another runtime, another machine: a digest that a test of others may have written down.
        Assert.StartsWith("sha256:856f", LayerArchive.Small(7).Digest.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_make_the_same_noise_at_once_and_in_pieces()
    {
        using var written = new MemoryStream();
        Noise.Write(written, 3, 200_000);
        Assert.Equal(Noise.Of(3, 200_000), written.ToArray());
    }

    [Fact]
    public async Task Should_become_the_files_that_it_describes()
    {
        await using var root = await TestRoot.StartAsync(Sys, new() { Driver = "overlay" });
        var below = new TarBuilder().Directory("etc/").File("etc/gone", "x").Directory("var/").File("var/hidden", "x");
        await root.Client.PutLayerAsync(Layer("below", null, below.BuildLayer()));

        var put = await root.Client.PutLayerAsync(Layer("top", "below", Everything().BuildLayer()));
        var at = await root.Client.MountLayerAsync("top");

        Assert.Equal("world", File.ReadAllText($"{at}/etc/hello"));
        Assert.False(File.Exists($"{at}/etc/gone"));
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{at}/var"));
        Assert.Equal("hello", new FileInfo($"{at}/etc/link").LinkTarget);
        Assert.Equal(2ul, StatusOf($"{at}/etc/hello").st_nlink);
        Assert.Equal("v"u8.ToArray(), Attribute($"{at}/etc/with-attribute", "user.a"));
        Assert.Equal(FilePermissions.S_IFCHR, StatusOf($"{at}/dev/null").st_mode & FilePermissions.S_IFMT);
        Assert.Equal(FilePermissions.S_IFBLK, StatusOf($"{at}/dev/disk").st_mode & FilePermissions.S_IFMT);
        Assert.Equal(FilePermissions.S_IFIFO, StatusOf($"{at}/dev/pipe").st_mode & FilePermissions.S_IFMT);
        Assert.Equal("long", File.ReadAllText($"{at}/{LongName}"));
        Assert.Equal(Noise.Of(5, 100_000), File.ReadAllBytes($"{at}/noise"));
        var sparse = File.ReadAllBytes($"{at}/sparse");
        Assert.Equal((1 << 20, (byte)'a', (byte)0), (sparse.Length, sparse[4096], sparse[8192]));
        Assert.True(StatusOf($"{at}/sparse").st_blocks * 512 < 1 << 19);
        Assert.Equal(2_000_000_000, StatusOf($"{at}/noise").st_mtime);
        Assert.Equal(Digest.Sha256(SHA256.HashData(Everything().Build())), put.Layer.DiffDigest);

        await root.Client.UnmountLayerAsync("top");
        await root.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Should_be_the_same_layer_when_it_is_compressed(string how)
    {
        await using var root = await TestRoot.StartAsync(Sys);
        var plain = LayerArchive.Small(1);
        var packed = how == "gzip" ? plain.Gzip() : plain.Zstd();
        Assert.NotEqual(plain.Digest, packed.Digest);

        var put = await root.Client.PutLayerAsync(Layer("base", null, packed));

        Assert.Equal(plain.Digest, put.Layer.DiffDigest);
        Assert.Equal(packed.Digest, put.Layer.CompressedDigest);
    }

    [Fact]
    public void Should_put_all_records_of_an_entry_into_one_header()
    {
        var tar = new TarBuilder().Pax(("mtime", "1.5"), ("uid", "70000")).Xattr("user.a", "v").Pax(("gid", "7"))
            .File(LongName, "x").File("plain", "y");
        using var reader = new TarReader(new MemoryStream(tar.Build()));
        var entry = Assert.IsType<PaxTarEntry>(reader.GetNextEntry());
        Assert.Equal(LongName, entry.Name);
        Assert.Equal((70000, 7), (entry.Uid, entry.Gid));
        Assert.Equal("1.5", entry.ExtendedAttributes["mtime"]);
        Assert.Equal("v", entry.ExtendedAttributes["SCHILY.xattr.user.a"]);
        Assert.Equal("plain", reader.GetNextEntry()!.Name);
        Assert.Null(reader.GetNextEntry());
    }

    [Fact]
    public void Should_let_the_test_name_an_entry_whose_own_name_is_long()
    {
        using var reader = new TarReader(new MemoryStream(
            new TarBuilder().Pax(("path", "short")).File(LongName, "x").Build()));
        Assert.Equal("short", reader.GetNextEntry()!.Name);
    }

    [Fact]
    public void Should_refuse_records_for_an_entry_that_does_not_follow() =>
        Assert.Throws<InvalidOperationException>(() => new TarBuilder().Xattr("user.a", "v").Build());

    [Fact]
    public void Should_refuse_numbers_that_a_header_has_no_room_for()
    {
        const int OwnerMax = (1 << 21) - 1;
        new TarBuilder().File("f", "x", owner: OwnerMax);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TarBuilder().File("f", "x", owner: OwnerMax + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TarBuilder().File("f", seed: 1, sizeBytes: 1L << 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TarBuilder().Entry('0', "f", claimedSize: -1));
    }

    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(3, new[] { 3 })]
    [InlineData(8, new[] { 4, 4 })]
    [InlineData(9, new[] { 4, 4, 1 })]
    public void Should_have_as_many_megabytes_as_were_asked_for(int megabytes, int[] files)
    {
        using var reader = new TarReader(new MemoryStream(LayerArchive.Large(1, megabytes).Bytes));
        Assert.Equal(TarEntryType.Directory, reader.GetNextEntry()!.EntryType);
        foreach (var file in files) Assert.Equal((long)file << 20, reader.GetNextEntry()!.Length);
        Assert.Null(reader.GetNextEntry());
    }

    private static TarBuilder Everything() => new TarBuilder()
        .Directory("etc/").File("etc/hello", "world").HardLink("etc/same", "etc/hello").Symlink("etc/link", "hello")
        .Whiteout("etc/gone").Directory("var/").Opaque("var")
        .Xattr("user.a", "v").File("etc/with-attribute", "x")
        .Directory("dev/").CharacterDevice("dev/null", 1, 3).BlockDevice("dev/disk", 7, 0).Pipe("dev/pipe")
        .Directory("long/").File(LongName, "long")
        .SparseFile("sparse", 1 << 20, (4096, "a"u8.ToArray()), (65_536, "b"u8.ToArray()))
        .ModifiedAt(DateTimeOffset.FromUnixTimeSeconds(2_000_000_000)).File("noise", seed: 5, sizeBytes: 100_000);

    private static PutLayer Layer(string id, string? parent, LayerArchive archive) =>
        new(new NewLayer { Id = new LayerId(id), Parent = parent }, archive.AsBlob());

    private static Stat StatusOf(string path)
    {
        Assert.Equal(0, Syscall.lstat(path, out var status));
        return status;
    }

    private static byte[] Attribute(string path, string name)
    {
        var value = new byte[100];
        var length = Syscall.getxattr(path, name, value, (ulong)value.Length);
        Assert.True(length >= 0, Stdlib.GetLastError().ToString());
        return value[..(int)length];
    }
}
