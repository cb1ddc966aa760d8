// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

/// <summary>The same change made by the Go tool and by us must leave the same bytes.</summary>
public sealed class LayerDocumentGoSpec
{
    private const string Id = "1111111111111111111111111111111111111111111111111111111111111111";
    private const string Odd = "a<b>&c \b\f\n\r\t\u0001\u001f\u007f\"\\/\u2028\u2029 \U0001f600 \u00e9 \ufffd \u0085";
    private byte[]? _before;

    [SkippableFact]
    public void Should_write_the_same_bytes_when_names_metadata_and_big_data_change()
    {
        using var root = new GoRoot();
        var parent = root.Must("create-layer", "-n", "p<&>", "-n", Odd, "--label", "system_u:object_r:x:s0");
        var layer = root.Must("create-layer", "-n", "one", "-r", parent);
        File.WriteAllText(root["data"], "data");
        Same(root, index => index);

        root.Must("set-names", "-n", "two", "-n", Odd, "-n", "two", layer);
        Same(root, index => index.ChangeNames(index.Get(new LayerId(layer)), NamesChange.Set, ["two", Odd, "two"]));
        root.Must("add-names", "-n", "p<&>", parent);
        Same(root, index => index.ChangeNames(index.Get(new LayerId(parent)), NamesChange.Add, ["p<&>"]));
        root.Must("set-metadata", "-m", Odd, parent);
        Same(root, index => index.Replace(index.Get(new LayerId(parent)) with { Metadata = Odd }));
        root.Must("set-layer-data", "-f", root["data"], layer, "Key/One");
        Same(root, index => index.Replace(index.Get(new LayerId(layer)) with { BigDataNames = ["Key/One"] }));
        root.Must("set-names", layer);
        Same(root, index => index.ChangeNames(index.Get(new LayerId(layer)), NamesChange.Set, []));
    }

    [SkippableFact]
    public void Should_encode_anew_what_the_go_tool_wrote_when_layers_are_of_all_kinds()
    {
        using var root = new GoRoot();
        File.WriteAllText(root["file"], "content");
        TarFile.CreateFromDirectory(
            Directory.CreateDirectory(root["tree"]).FullName, root["empty.tar"], includeBaseDirectory: true);
        using (var tar = new TarWriter(File.Create(root["file.tar"]))) tar.WriteEntry(root["file"], "file");
        using (var zipped = new GZipStream(File.Create(root["file.tar.gz"]), CompressionLevel.Optimal))
        {
            zipped.Write(File.ReadAllBytes(root["file.tar"]));
        }
        var first = root.Must("import-layer", "-f", root["file.tar"]);
        var second = root.Must("import-layer", "-f", root["file.tar.gz"], "-n", "zipped", first);
        root.Must("import-layer", "-f", root["empty.tar"], second);
        root.Must("create-image", "-n", "image", second);
        string[] maps = ["--uidmap", "0:100000:65536", "--gidmap", "0:200000:65536"];
        root.Must(["create-container", "--volatile", .. maps, "image"]);
        root.Must("create-container", "-n", "c", "image");

        Assert.Equal(root.Stable, Anew(root.Stable));
        Assert.Equal(root.Volatile, Anew(root.Volatile));
        var records = RecordDocument.ParseLayers(root.Stable, "f", DocumentKind.Stable);
        Assert.Contains(records, record => record.Compression == Disk.Compression.Gzip && record.Names is ["zipped"]);
        Assert.Contains(records, record => record.UserIds is not []);
        Assert.All(records, record => Assert.Equal(0, record.Flags.Count));
    }

    [SkippableTheory]
    [InlineData("\"flags\":{\"b\":2,\"x\":1},\"Flags\":{\"a\":{},\"x\":[true,null,\"\\u003c\"]}")]
    [InlineData("\"flags\":{\"a\":1},\"flags\":null")]
    [InlineData("\"flags\":{\"incomplete\":\"true\"}")]
    [InlineData("\"MountLabel\":\"x\",\"\\u0074oc-digest\":\"sha256:" + Id + "\"")]
    [InlineData("\"names\":[\"L1\",\"L2\"],\"names\":[\"L1\"]")]
    [InlineData("\"diff-size\":null,\"compression\":null,\"parent\":null,\"uidmap\":null,\"created\":null")]
    [InlineData("\"diff-size\":7,\"diff-size\":null,\"compression\":2,\"compression\":null")]
    [InlineData("\"parent\":\"x\",\"parent\":null,\"uidset\":[1],\"uidset\":null")]
    [InlineData("\"uidset\":[3,1,1],\"gidset\":[]")]
    [InlineData("\"created\":\"2020-01-01T00:00:00.123456789123Z\"")]
    [InlineData("\"created\":\"2020-01-01T00:00:00.100+02:00\"")]
    [InlineData("\"created\":\"2020-01-01T00:00:00.123456789-11:30\"")]
    [InlineData("\"created\":\"2020-01-01T00:00:00+00:00\"")]
    [InlineData("\"diff-digest\":\"garbage\"")]
    [InlineData("\"diff-digest\":\"\",\"diff-size\":-1,\"compression\":77")]
    [InlineData("\"mountlabel\":\"a\\ud800b\\ud83d\\ude00\\/\\b\"")]
    [InlineData("\"uidmap\":[{\"container_id\":0,\"host_id\":1000,\"size\":10,\"x\":1},{}],\"gidmap\":[{\"SIZE\":1}]")]
    [InlineData("\"big-data-names\":[\"a\",\"a\"],\"flags\":{},\"names\":[\"L1\",\"\"]")]
    [InlineData("\"metadata\":\"x\", \"metadata\" : \"y\"")]
    public void Should_read_odd_documents_as_the_go_tool_does(string members)
    {
        using var root = new GoRoot();
        root.Must("layers");
        var json = Encoding.UTF8.GetBytes(
            $$"""[ {"id":"{{Id}}", "names":["L1"],"created":"2020-01-01T00:00:00Z",{{members}}} ]""");
        File.WriteAllBytes($"{root.Paths.Layers}/layers.json", json);

        root.Must("set-metadata", "-m", "new", "L1");

        var record = RecordDocument.ParseLayers(json, "f", DocumentKind.Stable)[0] with { Metadata = "new" };
        Assert.Equal(Encoding.UTF8.GetString(root.Stable), Encoding.UTF8.GetString(RecordDocument.Write([record])));
    }

    [SkippableFact]
    public void Should_have_its_records_read_by_the_go_tool()
    {
        using var root = new GoRoot();
        root.Must("layers");
        var random = new RandomRecords(5);
        var records = Enumerable.Range(0, 50).Select(_ => random.Next())
            .Select(record => record with { Flags = record.Flags.Without(RecordFlags.Incomplete) }).ToImmutableArray();
        var target = records[^1] with { Names = ["target"] };
        records = records.SetItem(records.Length - 1, target);
        File.WriteAllBytes($"{root.Paths.Layers}/layers.json", RecordDocument.Write(records));

        root.Must("set-metadata", "-m", "new", "target");

        var expected = RecordDocument.Write(records.SetItem(records.Length - 1, target with { Metadata = "new" }));
        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(root.Stable));
    }

    /// <summary>Applies our change to what the tool had written before its own; the results must be the same.</summary>
    private void Same(GoRoot root, Func<LayerIndex, LayerIndex> change)
    {
        var before = LayerIndex.Of(RecordDocument.ParseLayers(_before ?? root.Stable, "f", DocumentKind.Stable));
        var ours = RecordDocument.Write(change(before).In(DocumentKind.Stable));
        _before = root.Stable;
        Assert.Equal(Encoding.UTF8.GetString(_before), Encoding.UTF8.GetString(ours));
        Assert.Equal(_before, Anew(_before));
    }

    private static byte[] Anew(byte[] json) =>
        RecordDocument.Write(
            [.. RecordDocument.ParseLayers(json, "f", DocumentKind.Stable).Select(record => record with { })]);
}
