// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Images;

public sealed class ImageDecisionSpec
{
    private static readonly Timestamp Now = new("2026-01-01T00:00:00Z");
    private static readonly LayerId Top = new("top");

    [Fact]
    public void Should_say_who_holds_an_id_or_a_name_when_they_are_in_use()
    {
        var index = With(ImageIndex.Empty, "a", "n");

        var id = Refused(index, new ImageWrite.Create(new NewImage { Id = new ImageId("a") }, null));
        var name = Refused(index, new ImageWrite.Create(new NewImage { Id = new ImageId("b"), Names = ["n"] }, null));
        var unknown = Refused(index, new ImageWrite.SetMetadata("q", ""));

        Assert.Equal("an image with ID \"a\" already exists: that ID is already in use", id.Message);
        Assert.Equal(
            "image name \"n\" is already associated with image \"a\": that name is already in use", name.Message);
        Assert.Equal("locating image with ID \"q\": image not known", unknown.Message);
        Assert.Equal(
            (StorageErrorKind.AlreadyExists, StorageErrorKind.NameTaken, StorageErrorKind.NotFound),
            (id.Kind, name.Kind, unknown.Kind));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("images.json")]
    [InlineData(".tmp-images.json1")]
    public void Should_refuse_an_id_that_can_be_no_directory_and_read_it_all_the_same(string id)
    {
        var refused = Refused(ImageIndex.Empty, new ImageWrite.Create(new NewImage { Id = new ImageId(id) }, null));

        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        var json = Encoding.UTF8.GetBytes($$"""[{"id":"{{id}}"}]""");
        Assert.Equal(id, Assert.Single(RecordDocument.ParseImages(json, "f")).Id.Value);
    }

    [Fact]
    public void Should_find_an_image_by_the_digest_it_was_given_and_by_those_of_its_manifests()
    {
        var given = Digest.Sha256(new byte[32]);
        var signed = Digest.Sha256(Enumerable.Repeat((byte)1, 32).ToArray());
        var image = new NewImage
        {
            Id = new ImageId("a"),
            Digest = given,
            BigData =
            [
                new NewBigData("manifest", "m"u8.ToArray(), signed),
                new NewBigData("manifest-2", "2"u8.ToArray()),
                new NewBigData("config", "c"u8.ToArray(), signed),
            ],
        };

        var (index, record) = ImageDecision.Decide(ImageIndex.Empty, new ImageWrite.Create(image, null), Now);

        Assert.Equal([given, signed, DigestOf("2")], record.Digests);
        Assert.Equal(DigestOf("c"), record.BigData.DigestOf("config"));
        Assert.All(record.Digests, digest => Assert.Single(index.FindByDigest(digest)));
        Assert.Empty(index.FindByDigest(DigestOf("c")));
    }

    [Fact]
    public void Should_keep_the_first_manifests_digest_when_the_manifest_is_replaced()
    {
        var index = With(ImageIndex.Empty, "a");
        foreach (var text in (string[])["one", "two"])
            (index, _) = Decide(index, new ImageWrite.SetBigData("a", new NewBigData("manifest", Bytes(text))));

        Assert.Equal([DigestOf("one"), DigestOf("two")], index.Get(new ImageId("a")).Digests);
        Assert.Single(index.FindByDigest(DigestOf("one")));
    }

    [Fact]
    public void Should_take_from_a_foreign_image_what_is_not_said_of_the_new_one()
    {
        var index = With(ImageIndex.Empty, "holder", "old");
        var foreign = new ForeignImage(
            new ImageRecord
            {
                Id = new ImageId("a"),
                Names = ["old", "older"],
                NamesHistory = ["past"],
                Metadata = "theirs",
                Created = new Timestamp("2020-01-01T00:00:00Z"),
                Flags = RecordFlags.Empty.With("flag", true),
                Store = ImageStoreKind.Additional,
            },
            [new NewBigData("k", Bytes("theirs")), new NewBigData("l", Bytes("theirs"))]);
        var image = new NewImage
        {
            Id = new ImageId("a"), Names = ["new"], BigData = [new NewBigData("k", Bytes("ours"))],
        };

        var (after, record) = Decide(index, new ImageWrite.Create(image, Top, foreign));

        Assert.Equal(["old", "older", "new"], record.Names.AsEnumerable());
        Assert.Equal(["new", "older", "old", "past"], record.NamesHistory.AsEnumerable());
        Assert.Equal(("theirs", "2020-01-01T00:00:00Z", Top), (record.Metadata, record.Created.Text, record.TopLayer));
        Assert.Equal(DigestOf("ours"), record.BigData.DigestOf("k"));
        Assert.Equal(DigestOf("theirs"), record.BigData.DigestOf("l"));
        Assert.Equal((0, false), (record.Flags.Count, record.IsReadOnly));
        Assert.Empty(after.Get(new ImageId("holder")).Names);
    }

    [Fact]
    public void Should_copy_a_foreign_image_without_its_mapped_layers()
    {
        var record = new ImageRecord
        {
            Id = new ImageId("a"),
            Names = ["n"],
            TopLayer = Top,
            MappedLayers = [new LayerId("copy")],
            Flags = RecordFlags.Empty.With("flag", true),
            Store = ImageStoreKind.Additional,
        };

        var (index, copy) = Decide(ImageIndex.Empty, new ImageWrite.Adopt(new ForeignImage(record, [])));

        Assert.Equal(record with { MappedLayers = [], Store = ImageStoreKind.First }, copy);
        Assert.Equal(copy, index.FindByName("n"));
    }

    [Fact]
    public void Should_enter_a_mapped_layer_once_and_take_it_out_again()
    {
        var copy = new LayerId("copy");
        var index = With(ImageIndex.Empty, "a");

        var (once, added) = Decide(index, new ImageWrite.AddMappedLayer("a", copy));
        var (twice, _) = Decide(once, new ImageWrite.AddMappedLayer("a", copy));
        var (_, removed) = Decide(twice, new ImageWrite.RemoveMappedLayer("a", copy));

        Assert.Equal([copy], added.MappedLayers.AsEnumerable());
        Assert.Same(once, twice);
        Assert.Single(once.FindByLayer(copy));
        Assert.Empty(removed.MappedLayers);
    }

    [Fact]
    public void Should_refuse_an_item_without_a_name() => Assert.Equal(
        "can't set empty name for image big data item: not a valid name for a big data item",
        Refused(With(ImageIndex.Empty, "a"), new ImageWrite.SetBigData("a", new NewBigData("", default))).Message);

    private static ImageIndex With(ImageIndex index, string id, params string[] names) => Decide(
        index, new ImageWrite.Create(new NewImage { Id = new ImageId(id), Names = [.. names] }, null)).Index;

    private static (ImageIndex Index, ImageRecord Image) Decide(ImageIndex index, ImageWrite write) =>
        ImageDecision.Decide(index, write, Now);

    private static StorageException Refused(ImageIndex index, ImageWrite write) =>
        Assert.Throws<StorageException>(() => Decide(index, write));

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static Digest DigestOf(string text) =>
        Digest.Sha256(System.Security.Cryptography.SHA256.HashData(Bytes(text)));
}
