// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests.Index;

public sealed class LayerDocumentSpec
{
    private const string Id = "1111111111111111111111111111111111111111111111111111111111111111";

    // Written by the Go tool, release 1.64: odd metadata and a label, names and big data, a gzip import. One line
    // there.
    private static readonly string Golden =
        """
        [{"id":"3c66a299d0a3c854d86b2753fce4ab8733b6970d461dd845ebab5589edcad8b6",
        "metadata":"a\u003cb\u003e\u0026c \u0008\u000c\n\r\t\u0001\u001f\"\\/\u2028\u2029","mountlabel":"lbl",
        "created":"2026-11-23T22:26:40.615824379Z"},
        {"id":"9f6bba39c3e4a154c1e48540a123f18b7c9d3c1e427f36767cded7a98d62fb8f","names":["n1","n2"],
        "created":"2026-11-23T22:26:40.634652516Z","big-data-names":["k1","key-Two"]},
        {"id":"2775e46a8da66bf78247e2cde4dfb954f869b8c4304636a569b4b2068f75f298","names":["imp"],
        "parent":"9f6bba39c3e4a154c1e48540a123f18b7c9d3c1e427f36767cded7a98d62fb8f",
        "created":"2026-11-23T22:26:40.697399234Z",
        "compressed-diff-digest":"sha256:6d645dec7d1daf577d1e159520f083d7127e0188c3681d02207546cec7d31fad",
        "compressed-size":846,
        "diff-digest":"sha256:957d0006d80392e4724b03fd095acb52bf675d64db38304eeae3226fa171d72f",
        "diff-size":10240,"compression":2,"uidset":[0],"gidset":[0,42]}]
        """.ReplaceLineEndings("");

    // The same, of a container's layer with maps.
    private static readonly string GoldenVolatile =
        """
        [{"id":"b5fe2092d75350f0aa1d3c39b1f67085c27aea075590050e1ce9c7bf9b3d6f17",
        "created":"2026-11-23T22:37:21.972669027Z",
        "uidmap":[{"container_id":0,"host_id":100000,"size":65536}],
        "gidmap":[{"container_id":0,"host_id":100000,"size":65536}]}]
        """.ReplaceLineEndings("");

    public static TheoryData<string> Goldens => [Golden, GoldenVolatile];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Should_encode_what_the_go_tool_encodes_when_every_record_is_encoded_anew(string golden)
    {
        var records = Parse(golden);

        Assert.Equal(golden, Text(records));
        Assert.Equal(golden, Text([.. records.Select(Anew)]));
    }

    [Fact]
    public void Should_read_every_member()
    {
        var record = Parse(Golden)[2];

        Assert.Equal(["imp"], record.Names.AsEnumerable());
        Assert.Equal("9f6bba39c3e4a154c1e48540a123f18b7c9d3c1e427f36767cded7a98d62fb8f", record.Parent?.Value);
        Assert.Equal("2026-11-23T22:26:40.697399234Z", record.Created.Text);
        Assert.Equal(846, record.CompressedSizeBytes);
        Assert.Equal(10240, record.DiffSizeBytes);
        Assert.Equal(Disk.Compression.Gzip, record.Compression);
        Assert.Equal(
            "sha256:957d0006d80392e4724b03fd095acb52bf675d64db38304eeae3226fa171d72f", record.DiffDigest?.Value);
        Assert.Equal(
            "sha256:6d645dec7d1daf577d1e159520f083d7127e0188c3681d02207546cec7d31fad", record.CompressedDigest?.Value);
        Assert.Equal([0u], record.UserIds.AsEnumerable());
        Assert.Equal([0u, 42u], record.GroupIds.AsEnumerable());
        Assert.Equal("a<b>&c \b\f\n\r\t\u0001\u001f\"\\/\u2028\u2029", Parse(Golden)[0].Metadata);
        Assert.Equal("lbl", Parse(Golden)[0].MountLabel);
        Assert.Equal(["k1", "key-Two"], Parse(Golden)[1].BigDataNames.AsEnumerable());
        Assert.Equal(new IdMap(0, 100000, 65536), Assert.Single(Parse(GoldenVolatile)[0].IdMaps.Groups));
    }

    [Fact]
    public void Should_keep_the_bytes_of_unchanged_records_when_another_one_changes()
    {
        const string Odd = $$$"""{ "created" : "2020-01-01T00:00:00.1230+00:00" , "x": 1.50, "ID":"{{{Id}}}" }""";
        var other = Parse(Golden)[1];
        var records = Parse($"[ {Odd} ,\n{Text([other])[1..^1]}]");

        var written = Text([records[0], records[1] with { Metadata = "m" }]);

        Assert.StartsWith($"[{Odd},", written, StringComparison.Ordinal);
        Assert.Contains("\"metadata\":\"m\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_append_unknown_members_as_they_were_when_their_record_changes()
    {
        var record = Parse(
            $$$"""[{"zebra":9007199254740993123, "id":"{{{Id}}}","Ob\u006a":{ "a" : [1e400] },"created":null}]""")[0];

        Assert.Equal(
            $$$"""[{"id":"{{{Id}}}","metadata":"m","created":"0001-01-01T00:00:00Z","zebra":9007199254740993123,"""
            + """ "Ob\u006a":{ "a" : [1e400] }}]""".Trim(),
            Text([record with { Metadata = "m" }]));
    }

    [Fact]
    public void Should_keep_text_that_is_no_digest_until_a_digest_takes_its_place()
    {
        var record = Parse($$$"""[{"id":"{{{Id}}}","diff-digest":"garbage"}]""")[0];
        var digest = new Digest("sha256:" + Id);

        Assert.Null(record.DiffDigest);
        Assert.Contains("\"diff-digest\":\"garbage\"", Text([Anew(record)]), StringComparison.Ordinal);
        var replaced = Text([record with { DiffDigest = digest }]);
        Assert.Contains($"\"diff-digest\":\"{digest}\"", replaced, StringComparison.Ordinal);
        Assert.DoesNotContain("garbage", replaced, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_keep_numbers_in_flags_exact_when_the_record_changes()
    {
        var record = Parse($$$$"""[{"id":"{{{{Id}}}}","flags":{"z":9007199254740993,"a":{"b":[null]}}}]""")[0];

        Assert.Contains(
            "\"flags\":{\"a\":{\"b\":[null]},\"z\":9007199254740993}", Text([Anew(record)]), StringComparison.Ordinal);
        Assert.Contains(
            "\"flags\":{\"a\":{\"b\":[null]},\"incomplete\":true,\"z\":9007199254740993}",
            Text([record with { Flags = record.Flags.With(RecordFlags.Incomplete, true) }]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"incomplete":true}""", true)]
    [InlineData("""{"incomplete":false}""", false)]
    [InlineData("""{"incomplete":"true"}""", false)]
    [InlineData("""{"incomplete":1}""", false)]
    [InlineData("""{"Incomplete":true}""", false)]
    [InlineData("""{ "incomplete" : true }""", true)]
    [InlineData("""{"incomplete":true},"flags":{"other":1}""", true)]
    [InlineData("""{"incomplete":true},"FLAGS":{"incomplete":false}""", false)]
    [InlineData("""{"incomplete":true},"flags":null""", false)]
    public void Should_count_a_record_as_incomplete_when_the_flag_is_true_alone(string flags, bool incomplete)
    {
        var record = Parse($$$"""[{"flags":{{{flags}}},"id":"{{{Id}}}"}]""")[0];

        Assert.Equal(incomplete, record.Incomplete);
    }

    [Fact]
    public void Should_read_the_text_of_a_flag()
    {
        var flags = Parse(
            $$$"""[{"id":"{{{Id}}}","flags":{"expected-layer-diffid":"sha256:\u0061","n":1}}]""")[0].Flags;

        Assert.Equal("sha256:a", flags.Text(RecordFlags.ExpectedDiffDigest));
        Assert.Null(flags.Text("n"));
        Assert.Null(flags.Text("missing"));
        Assert.Equal(["n"], flags.Without(RecordFlags.ExpectedDiffDigest).Names);
        Assert.Equal("<", RecordFlags.Empty.With("t", "<").Text("t"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData(" [ ] \n")]
    [InlineData("null")]
    public void Should_read_no_records_when_the_document_is_empty(string json)
    {
        Assert.Empty(Parse(json));
        Assert.Equal("[]", Text([]));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[null]")]
    [InlineData("[{\"id\":\"a\"},]")]
    [InlineData("[{\"id\":\"a\"}] x")]
    [InlineData("[{\"id\":\"a\"}")]
    [InlineData("[{\"id\":\"a\",\"diff-size\":1.0}]")]
    [InlineData("[{\"id\":\"a\",\"diff-size\":99999999999999999999}]")]
    [InlineData("[{\"id\":\"a\",\"diff-size\":\"1\"}]")]
    [InlineData("[{\"id\":\"a\",\"uidset\":[-1]}]")]
    [InlineData("[{\"id\":\"a\",\"uidset\":[4294967296]}]")]
    [InlineData("[{\"id\":\"a\",\"flags\":[]}]")]
    [InlineData("[{\"id\":\"a\",\"metadata\":\"\t\"}]")]
    [InlineData("[{\"id\":\"a\",\"created\":\"2020-02-30T00:00:00Z\"}]")]
    [InlineData("[{\"id\":\"\"}]")]
    [InlineData("[{}]")]
    [InlineData("\ufeff[]")]
    public void Should_name_the_file_when_the_document_is_corrupt(string json)
    {
        var refused = Assert.Throws<StorageException>(() => Parse(json));

        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
        Assert.Equal("/x/layers.json", refused.Error.Path);
        Assert.Contains("/x/layers.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_replace_each_byte_when_text_is_not_utf8()
    {
        byte[] json = [.. "[{\"id\":\"a\",\"names\":[\""u8, 0xff, 0xe2, 0x82, .. "\\ud800x\\ud83d\\ude00\"]}]"u8];

        var record = RecordDocument.ParseLayers(json, "f", DocumentKind.Stable)[0];

        Assert.Equal(["\ufffd\ufffd\ufffd\ufffdx\U0001f600"], record.Names.AsEnumerable());
        Assert.Equal(json, RecordDocument.Write([record]));
        var anew = Encoding.UTF8.GetString(RecordDocument.Write([Anew(record)]));
        Assert.Contains("\"\ufffd\ufffd\ufffd\ufffdx\U0001f600\"", anew, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_escape_half_a_surrogate_pair()
    {
        var record = new LayerRecord { Id = new LayerId("a"), Names = ["\ud83dx\U0001f600"] };

        Assert.Contains("\"\\ufffdx\U0001f600\"", Text([record]), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_encode_only_the_changed_records_when_one_is_added()
    {
        var json = RecordDocument.Write(
            [.. Enumerable.Range(0, 10_000).Select(
                i => new LayerRecord { Id = new LayerId($"{i}"), Names = [$"n{i}"] })]);
        var records = RecordDocument.ParseLayers(json, "f", DocumentKind.Stable);

        var document = RecordDocument.Write([.. records, new LayerRecord { Id = new LayerId("new") }]);
        _ = RecordDocument.Write([.. records, new LayerRecord { Id = new LayerId("other") }]);

        Assert.All(records, record =>
        {
            Assert.True(MemoryMarshal.TryGetArray(record.Encoded, out var piece));
            Assert.Same(json, piece.Array);
        });
        Assert.Equal(json.AsSpan(0, json.Length - 1), document.AsSpan(0, json.Length - 1));
    }

    [Fact]
    public void Should_keep_the_new_bytes_when_a_changed_record_is_written_twice()
    {
        var record = Parse(Golden)[0] with { Names = ["n"] };
        var first = record.Encoded;

        Assert.True(MemoryMarshal.TryGetArray(first, out var one));
        Assert.True(MemoryMarshal.TryGetArray(record.Encoded, out var two));
        Assert.Same(one.Array, two.Array);
        Assert.Contains("\"names\":[\"n\"]", Encoding.UTF8.GetString(first.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Should_read_back_every_value_when_records_are_random(int seed)
    {
        var random = new RandomRecords(seed);
        var records = Enumerable.Range(0, 300).Select(_ => random.Next()).ToList();

        var json = RecordDocument.Write(records);
        var read = RecordDocument.ParseLayers(json, "f", DocumentKind.Stable);

        Assert.Equal(records, read);
        Assert.Equal(json, RecordDocument.Write([.. read.Select(Anew)]));
        Assert.Equal(records.Select(RandomRecords.Values), read.Select(RandomRecords.Values));
    }

    [Fact]
    public void Should_write_a_large_document_in_pieces_and_allocate_next_to_nothing_for_it()
    {
        // One record is larger than a piece, and pieces end anywhere in the others.
        var large = new LayerRecord { Id = new LayerId("large"), Metadata = new string('m', 300_000) };
        LayerRecord[] records = [.. Numbered(0, 1_500), large, .. Numbered(1_500, 1_500)];
        var whole = RecordDocument.Write(records);
        var pieces = new List<int>();
        var at = 0;
        var isSame = true;
        var before = GC.GetAllocatedBytesForCurrentThread();

        RecordDocument.Write(records.Select(record => record.Encoded), piece =>
        {
            isSame &= whole.AsSpan(at, piece.Length).SequenceEqual(piece);
            at += piece.Length;
            pieces.Add(piece.Length);
        });

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(isSame);
        Assert.Equal(whole.Length, at);
        Assert.True(pieces.Count > 2);
        Assert.All(pieces.SkipLast(1), length => Assert.Equal(RecordDocument.PieceBytes, length));
        Assert.InRange(allocated, 0, 2 * RecordDocument.PieceBytes);
    }

    private static IEnumerable<LayerRecord> Numbered(int from, int count) =>
        Enumerable.Range(from, count).Select(number => new LayerRecord { Id = new LayerId($"{Id}{number}") });

    /// <summary>A copy that does not know its bytes.</summary>
    private static LayerRecord Anew(LayerRecord record) => record with { };

    private static ImmutableArray<LayerRecord> Parse(string json) =>
        RecordDocument.ParseLayers(Encoding.UTF8.GetBytes(json), "/x/layers.json", DocumentKind.Stable);

    private static string Text(IReadOnlyCollection<LayerRecord> records) =>
        Encoding.UTF8.GetString(RecordDocument.Write(records));
}
