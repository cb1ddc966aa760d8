// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using Member = ActorStorage.Disk.Tests.Extract.TestArchive.Member;

namespace ActorStorage.Disk.Tests.Extract;

public sealed class MappedExtractionSpec : IDisposable
{
    private static readonly LinuxDisk Disk = new();
    private static readonly IdMaps Maps = new([new IdMap(0, 4_294_836_224, 101)], [new IdMap(0, 2_147_418_112, 101)]);
    private readonly TemporaryDirectory _directory = new();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_give_every_file_the_owner_that_the_go_engine_gives_it(string driver)
    {
        GoEngine.SkipIfMissing();
        using var engine = new GoEngine(_directory.Path, driver);
        File.WriteAllBytes(_directory["archive.tar"], Archive);
        var (exitCode, said) = engine.Run(
            "import-layer", "--id", "mapped", "--uidmap", "0:4294836224:101", "--gidmap", "0:2147418112:101",
            "-f", _directory["archive.tar"]);
        Assert.True(exitCode == 0, said);

        Assert.Null(Extract(Archive, driver, Maps));

        Assert.Equal(TreeListing.Of(engine.Content("mapped"), _started), TreeListing.Of(_directory["layer"], _started));
    }

    [Fact]
    public void Should_refuse_an_owner_that_has_no_place_on_the_host()
    {
        var archive = new TestArchive().Add(new Member("bin/tool", '0') { UserId = 101 }).ToArray();

        var refusal = Extract(archive, "overlay", Maps);

        Assert.Equal(StorageErrorKind.Invalid, refusal?.Kind);
        Assert.Equal("entry \"bin/tool\": uid 101 cannot be mapped to a host ID", refusal!.Message);
    }

    /// <summary>The Go engine maps the owners of all files but of a root that "/" does not describe.</summary>
    [Theory]
    [InlineData("/", "4294836225:2147418114:0750:dir")]
    [InlineData("./", "4294836225:2147418114:0750:dir")]
    [InlineData("d/", "4294836224:2147418112:0755:dir")]
    public void Should_keep_owners_on_the_host_aside_when_a_mask_is_forced(string name, string ofRoot)
    {
        var archive = new TestArchive()
            .Add(new Member(name, '5') { Mode = 0x1e8, UserId = 1, GroupId = 2 })
            .Add(new Member("f", '0') { Mode = 0x9ed, UserId = 100, GroupId = 100, Content = [1] }).ToArray();

        Assert.Null(Extract(archive, "overlay", Maps, forceMask: 0x1c0));

        Assert.Equal(ofRoot, KeptAside("."));
        Assert.Equal("4294836324:2147418212:4755:file", KeptAside("f"));
    }

    private string KeptAside(string name)
    {
        using var root = Disk.OpenDirectory(_directory["layer"]);
        return Encoding.ASCII.GetString(Disk.Xattr(root, name, "user.containers.override_stat")!);
    }

    private static byte[] Archive => new TestArchive()
        .Add(new Member("d/", '5') { Mode = 0x1ed, UserId = 1, GroupId = 2 })
        .Add(new Member("d/f", '0') { Mode = 0x9ed, UserId = 100, GroupId = 100, Content = [1] })
        .Add(new Member("d/l", '2') { Link = "f", UserId = 3, GroupId = 4 })
        .Add(new Member("d/.wh.gone", '0') { UserId = 5, GroupId = 6 })
        .File("implicit/parents/f").Whiteout("implicit/marks/.wh.x").HardLink("hard", "d/f").ToArray();

    private StorageError? Extract(byte[] archive, string driver, IdMaps maps, uint? forceMask = null)
    {
        Directory.CreateDirectory(_directory["layer"]);
        using var root = Disk.OpenDirectory(_directory["layer"]);
        var (userId, groupId) = maps.RootOnHost;
        Disk.SetOwner(root, userId, groupId);
        Disk.SetMode(root, 0x16d);      // 0555
        using var extractor = new LayerExtractor(Disk, root, new ExtractSettings
        {
            Maps = maps,
            ForceMask = forceMask,
            Whiteouts = driver == "vfs" ? WhiteoutHandling.Execute : WhiteoutHandling.Represent,
        });
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
}
