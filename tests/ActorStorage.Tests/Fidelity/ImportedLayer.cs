// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.Tools;
using TreeListing = ActorStorage.Disk.Tests.Extract.TreeListing;

namespace ActorStorage.Tests.Fidelity;

/// <summary>All that one engine made of a blob: a refusal, or a layer with everything that can be seen of it.</summary>
internal sealed partial record ImportedLayer
{
    private const int Segment = 2;

    public string? Refusal { get; init; }

    /// <summary>What was recorded, as it is written, without the time of creation.</summary>
    public string Record { get; init; } = "";

    public IReadOnlyList<string> Tree { get; init; } = [];

    /// <summary>The lines of the archive's description.</summary>
    public IReadOnlyList<string> TarSplit { get; init; } = [];

    /// <summary>The archive again; null when that failed or was not asked for.</summary>
    public byte[]? Diff { get; init; }

    public static ImportedLayer Of(StorageRoot root, string id, DateTimeOffset since) => new()
    {
        Record = ReadRecord(root, id),
        Tree = ReadTree(root, id, since),
        TarSplit = ReadTarSplit(root, id),
    };

    /// <summary>Where a layer's own files are, whether or not it is there.</summary>
    public static string ContentOf(StorageRoot root, string id) =>
        root.Driver == "overlay" ? root.DiffOf(id) : Path.Combine(root.Graph, "vfs", "dir", id);

    /// <summary>What the two differ in, in words; nothing when they do not.</summary>
    public static IEnumerable<string> Differences(ImportedLayer ours, ImportedLayer theirs)
    {
        if (ours.Refusal is not null || theirs.Refusal is not null)
        {
            if (ours.Refusal is null) yield return $"only the Go engine refused: {theirs.Refusal}";
            else if (theirs.Refusal is null) yield return $"only we refused: {ours.Refusal}";
            yield break;
        }
        if (ours.Record !=
            theirs.Record) yield return $"recorded\n    ours   {ours.Record}\n    theirs {theirs.Record}";
        foreach (var line in ours.Tree.Except(theirs.Tree)) yield return $"only our tree has {Shown(line)}";
        foreach (var line in theirs.Tree.Except(ours.Tree)) yield return $"only their tree has {Shown(line)}";
        if (!ours.TarSplit.SequenceEqual(theirs.TarSplit)) yield return Description(ours.TarSplit, theirs.TarSplit);
        if (!(ours.Diff ?? []).AsSpan().SequenceEqual(theirs.Diff ?? []))
            yield return $"diffs of {ours.Diff?.Length} and {theirs.Diff?.Length} bytes";
    }

    private static string Description(IReadOnlyList<string> ours, IReadOnlyList<string> theirs)
    {
        var at = ours.Zip(theirs).TakeWhile(pair => pair.Item1 == pair.Item2).Count();
        return $"tar-split line {at}\n    ours   {Shown(ours.ElementAtOrDefault(at))}"
            + $"\n    theirs {Shown(theirs.ElementAtOrDefault(at))}";
    }

    /// <summary>Readable by people: no control characters, not without an end.</summary>
    private static string Shown(string? line)
    {
        if (line is null) return "nothing";
        var text = string.Concat(line.Select(c => c is < ' ' or > '~' ? $"\\u{(int)c:x4}" : c.ToString()));
        return text.Length <= 300 ? text : $"{text[..100]}... ({text.Length}) ...{text[^60..]}";
    }

    /// <summary>
    /// A vfs layer is a copy of the one below, and reading that changes its files' times of access. The Go tool makes a
    /// directory of its own in the layer's while it unpacks, so the time of that is its own as well.
    /// </summary>
    private static IReadOnlyList<string> ReadTree(StorageRoot root, string id, DateTimeOffset since)
    {
        var tree = TreeListing.Of(ContentOf(root, id), since);
        if (root.Driver == "overlay") return tree;
        return [.. tree.Select(line => ModificationOfRoot().Replace(Access().Replace(line, ""), "$1"))];
    }

    private static string ReadRecord(StorageRoot root, string id)
    {
        var index = Path.Combine(root.Graph, $"{root.Driver}-layers", "layers.json");
        using var records = JsonDocument.Parse(File.ReadAllBytes(index));
        var record = records.RootElement.EnumerateArray().Single(each => each.GetProperty("id").GetString() == id);
        return CreationTime().Replace(record.GetRawText(), "");
    }

    /// <summary>Pieces of one text are put together: how large they are is up to who reads the blob, and means
    /// nothing.</summary>
    private static List<string> ReadTarSplit(StorageRoot root, string id)
    {
        var path = Path.Combine(root.Graph, $"{root.Driver}-layers", id + ".tar-split.gz");
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var text = new StreamReader(gzip, Encoding.Latin1);
        var lines = new List<string>();
        var segment = new MemoryStream();
        while (text.ReadLine() is { } line)
        {
            using var entry = JsonDocument.Parse(line);
            if (entry.RootElement.GetProperty("type").GetInt32() == Segment)
            {
                segment.Write(entry.RootElement.GetProperty("payload").GetBytesFromBase64());
                continue;
            }
            EndSegment();
            lines.Add(Position().Replace(line, ""));
        }
        EndSegment();
        return lines;

        void EndSegment()
        {
            lines.Add(Convert.ToHexStringLower(segment.ToArray()));
            segment.SetLength(0);
        }
    }

    [GeneratedRegex("\"created\":\"[^\"]*\",?")]
    private static partial Regex CreationTime();

    [GeneratedRegex(",\"position\":[0-9]+")]
    private static partial Regex Position();

    [GeneratedRegex(" accessed [^ ]+")]
    private static partial Regex Access();

    [GeneratedRegex("^(/ Directory [^ ]+ [^ ]+) modified [^ ]+")]
    private static partial Regex ModificationOfRoot();
}
