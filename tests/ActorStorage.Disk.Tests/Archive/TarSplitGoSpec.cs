// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text.Json;
using Formats = System.Formats.Tar;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>The same archive imported by the Go tool: what it writes down, and what it refuses.</summary>
public sealed class TarSplitGoSpec
{
    [SkippableTheory]
    [InlineData(Formats.TarEntryFormat.V7)]
    [InlineData(Formats.TarEntryFormat.Ustar)]
    [InlineData(Formats.TarEntryFormat.Gnu)]
    [InlineData(Formats.TarEntryFormat.Pax)]
    public void Should_write_the_records_that_go_writes_when_the_format_is_known(Formats.TarEntryFormat format) =>
        SameAsGo(FormatArchive.Write(format));

    [SkippableFact]
    public void Should_write_the_records_that_go_writes_when_the_archive_is_odd() => SameAsGo(new TarBuilder()
        .Directory("./")
        .File("caf\u00e9", "x")
        .File("<&>\"\\\u0001\u007f\t")
        .Extension('g', "pax_global_header", TarBuilder.Record(("comment", "x")))
        .Pax(("path", "d/p"), ("uid", "70000"), ("mtime", "-1.5"))
        .File("short", "hello")
        .Header(new TarFields("h", '1') { Link = "d/p" }, sizeBytes: 5)
        .Header(new TarFields("e/", '5'), sizeBytes: 100)
        .Extension('L', "././@LongLink", new string('n', 200) + "\0")
        .File("long", "hello", '\0')
        .Header(new TarFields("d/.wh.gone") { UserId = "11" })
        .Raw(new byte[1024]).Raw(new byte[3_000_000])
        .ToArray());

    [SkippableTheory]
    [MemberData(nameof(Refused))]
    public void Should_refuse_in_the_words_of_go(string words, byte[] archive)
    {
        using var directory = new TemporaryDirectory();
        using var go = Engine(directory);
        File.WriteAllBytes(directory["tar"], archive);
        var (exitCode, output) = go.Run("import-layer", "-f", directory["tar"], "");
        Assert.NotEqual(0, exitCode);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Contains(words, ReadArchive.Fails(archive).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "unexpected EOF", new byte[100] },
        { "unexpected EOF", Compressed.Gzip(new TarBuilder().File("a", new string('x', 5000)).Ended())[..60] },
        { "unexpected EOF", new TarBuilder().File("a", "hello").ToArray()[..515] },
        { "invalid tar header", new TarBuilder().Header(new TarFields { Mode = "9" }).Ended() },
        { "invalid tar header", [.. new byte[512], .. new TarBuilder().File("a").Ended()] },
        { "unhandled tar header type 55", new TarBuilder().File("a", "x", '7').Ended() },
        { "duplicates of file paths not supported", new TarBuilder().File("a").File("./a").Ended() },
    };

    private static void SameAsGo(byte[] archive)
    {
        using var directory = new TemporaryDirectory();
        using var go = Engine(directory);
        File.WriteAllBytes(directory["tar"], Compressed.Gzip(archive));
        var (exitCode, output) = go.Run("import-layer", "--id", "layer", "-f", directory["tar"], "");
        Assert.True(exitCode == 0, output);
        var ours = ReadArchive.All(File.ReadAllBytes(directory["tar"]));
        Assert.Equal(Joined(Lines(directory["root/overlay-layers/layer.tar-split.gz"])), Joined(ours.Lines()));
        using var layers = JsonDocument.Parse(File.ReadAllBytes(directory["root/overlay-layers/layers.json"]));
        var layer = layers.RootElement[0];
        Assert.Equal(layer.GetProperty("diff-digest").GetString(), ours.Summary.DiffDigest.Value);
        Assert.Equal(layer.GetProperty("compressed-diff-digest").GetString(), ours.Summary.CompressedDigest.Value);
        Assert.Equal(layer.GetProperty("diff-size").GetInt64(), ours.Summary.DiffSizeBytes);
        Assert.Equal(layer.GetProperty("compressed-size").GetInt64(), ours.Summary.CompressedSizeBytes);
        Assert.Equal(layer.GetProperty("compression").GetInt32(), (int)ours.Summary.Compression);
        Assert.Equal(Ids("uidset"), ours.UserIds);
        Assert.Equal(Ids("gidset"), ours.GroupIds);

        uint[] Ids(string set) => [.. layer.GetProperty(set).EnumerateArray().Select(id => id.GetUInt32())];
    }

    /// <summary>Where a run of segments is cut means nothing, so a run counts as one, and positions with it.</summary>
    private static List<string> Joined(string[] lines)
    {
        var joined = new List<string>();
        var segment = new MemoryStream();
        foreach (var line in lines)
        {
            using var record = JsonDocument.Parse(line);
            if (record.RootElement.GetProperty("type").GetInt32() == 2)
            {
                segment.Write(record.RootElement.GetProperty("payload").GetBytesFromBase64());
                continue;
            }
            Flush();
            joined.Add(line);
        }
        Flush();
        return joined;

        void Flush()
        {
            if (segment.Length > 0) joined.Add(Convert.ToBase64String(segment.ToArray()));
            segment.SetLength(0);
        }
    }

    private static string[] Lines(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var text = new StreamReader(gzip);
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static GoEngine Engine(TemporaryDirectory directory)
    {
        GoEngine.SkipIfMissing();
        return new GoEngine(directory.Path);
    }
}
