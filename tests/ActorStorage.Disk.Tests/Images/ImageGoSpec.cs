// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Index;

namespace ActorStorage.Disk.Tests.Images;

/// <summary>The same change made by the Go tool and by us must leave the same bytes.</summary>
public sealed class ImageGoSpec
{
    private const string Odd = "a<b>&c \b\n\t\u0001\u007f\"\\/\u2028 \U0001f600 \u00e9 \uff21";
    private const string Id = "1111111111111111111111111111111111111111111111111111111111111111";
    private byte[]? _before;

    [SkippableFact]
    public void Should_write_the_same_bytes_when_an_image_is_made_and_changed()
    {
        using var root = new GoRoot();
        var layer = root.Must("create-layer");
        File.WriteAllText(root["data"], "data");
        var digest = "sha256:" + new string('a', 64);

        root.Must("create-image", "-i", "img", "-n", "one", "-n", "one", "-n", Odd, "-m", Odd, "-d", digest, layer);
        Same(root, new ImageWrite.Create(
            new NewImage
            {
                Id = new ImageId("img"),
                Names = ["one", "one", Odd],
                Metadata = Odd,
                Digest = new Digest(digest),
                Created = CreatedAt(root, "img"),
            },
            new LayerId(layer)));
        root.Must("create-image", "-i", Id);
        Same(root, new ImageWrite.Create(
            new NewImage { Id = new ImageId(Id), Created = CreatedAt(root, Id) }, null));
        foreach (var key in (string[])["manifest", "\uff21", "\U0001f600", "Key/One", "manifest-x", "manifest"])
        {
            File.AppendAllText(root["data"], key);
            root.Must("set-image-data", "-f", root["data"], Id, key);
            Same(root, new ImageWrite.SetBigData("1", new NewBigData(key, File.ReadAllBytes(root["data"]))));
        }
        foreach (var names in (string[][])[["x1", "x2"], ["one", "x2", "one"], []])
        {
            root.Must(["set-names", .. names.SelectMany(name => (string[])["-n", name]), Id]);
            Same(root, new ImageWrite.ChangeNames(Id, NamesChange.Set, [.. names]));
        }
        root.Must("add-names", "-n", "x0", "-n", "x1", "img");
        Same(root, new ImageWrite.ChangeNames("img", NamesChange.Add, ["x0", "x1"]));
        root.Must("remove-names", "-n", "x0", "img");
        Same(root, new ImageWrite.ChangeNames("img", NamesChange.Remove, ["x0"]));
        root.Must("set-metadata", "-m", "meta", "img");
        Same(root, new ImageWrite.SetMetadata("x1", "meta"));
        root.Must("delete-image", "img");
        Same(root, new ImageWrite.Delete("img"));
    }

    [SkippableTheory]
    [InlineData("\"names\":[\"a\",\"b\"],\"names-history\":null,\"mapped-layers\":[\"x\"]")]
    [InlineData("\"big-data-names\":[\"k\"],\"big-data-sizes\":{\"k\":1},\"big-data-digests\":{\"k\":\"no digest\"}")]
    [InlineData("\"big-data-sizes\":{\"k\":1,\"b\":0},\"Big-Data-Sizes\":{\"k\":2},\"big-data-digests\":{}")]
    [InlineData("\"big-data-digests\":{\"manifest-1\":\"sha256:" + Id + "\"}")]
    [InlineData("\"digest\":\"\",\"layer\":\"\",\"created\":\"2020-01-01T00:00:00.123456789+02:00\"")]
    [InlineData("\"flags\":{\"z\":1,\"\\u0061\":\"\\u003c\"},\"flags\":{\"b\":[1]}")]
    public void Should_read_odd_documents_as_the_go_tool_does(string members)
    {
        using var root = new GoRoot();
        root.Must("images");
        var json = Encoding.UTF8.GetBytes($$"""[ {"id":"{{Id}}","created":"2020-01-01T00:00:00Z",{{members}}} ]""");
        File.WriteAllBytes($"{root.Paths.Images}/images.json", json);
        _before = json;

        root.Must("set-metadata", "-m", "new", Id);

        Same(root, new ImageWrite.SetMetadata(Id, "new"));
    }

    [SkippableTheory]
    [InlineData("""[{"id":"a","names":["x","y"]},{"id":"b","names":["x"]},{"id":"c"}]""")]
    [InlineData("""[{"id":"a","names":["x","z","x"]},{"id":"c","names":["x"]}]""")]
    public void Should_repair_names_as_the_go_tool_does(string json)
    {
        using var root = new GoRoot();
        root.Must("images");
        File.WriteAllText($"{root.Paths.Images}/images.json", json);
        _before = Encoding.UTF8.GetBytes(json);

        root.Must("set-metadata", "-m", "new", "c");

        Same(root, new ImageWrite.SetMetadata("c", "new"));
    }

    [SkippableTheory]
    [InlineData("\"digest\":\"garbage\"")]
    [InlineData("\"big-data-digests\":{\"manifest\":\"sha256:1\"}")]
    public void Should_refuse_a_digest_that_is_none_as_the_go_tool_does(string member)
    {
        using var root = new GoRoot();
        root.Must("images");
        var json = $$"""[{"id":"a",{{member}}}]""";
        File.WriteAllText($"{root.Paths.Images}/images.json", json);

        Assert.Equal(1, root.Run("images").ExitCode);
        var refused = Assert.Throws<StorageException>(
            () => RecordDocument.ParseImages(Encoding.UTF8.GetBytes(json), "/x/images.json"));
        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
    }

    /// <summary>Applies our change to what the tool had written before its own; the results must be the same.</summary>
    private void Same(GoRoot root, ImageWrite write)
    {
        var before = Load(_before ?? "[]"u8.ToArray());
        var ours = RecordDocument.Write(
            ImageDecision.Decide(before, write, Timestamp.Zero).Index.In(DocumentKind.Stable));
        _before = root.Images;
        Assert.Equal(Encoding.UTF8.GetString(_before), Encoding.UTF8.GetString(ours));
        var anew = RecordDocument.Write([.. RecordDocument.ParseImages(_before, "f").Select(image => image with { })]);
        Assert.Equal(_before, anew);
    }

    private static ImageIndex Load(byte[] json)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["images.json"], json);
        var disk = new ActorStorage.Disk.Unix.LinuxDisk();
        using var handle = disk.OpenDirectory(directory.Path);
        // Encoded anew throughout, as the Go tool does it.
        var images = new ImageIndexFile(disk, handle, ImageStoreKind.First).Load().Index.Images;
        return ImageIndex.Of([.. images.Select(image => image with { UnknownFields = [] })]);
    }

    private static Timestamp CreatedAt(GoRoot root, string id) =>
        RecordDocument.ParseImages(root.Images, "f").Single(image => image.Id.Value == id).Created;
}
