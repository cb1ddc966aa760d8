// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using Xunit.Abstractions;
using Formats = System.Formats.Tar;

namespace ActorStorage.Tests.Fidelity;

/// <summary>
/// What the runtime's reader sees in an archive, ours sees too, entry by entry, in everything that both read to its
/// end. The runtime refuses more than the Go engine takes, so it is no judge of refusals.
/// </summary>
public sealed class SecondReaderSpec(ITestOutputHelper output)
{
    /// <summary>Where the runtime's reader sees something else than the Go engine, and we what that sees.</summary>
    private static readonly string[] SeenOtherwise =
    [
        // Fields and records of nothing: it takes them as they are, or the name that comes next.
        "number: no digits", "pax: empty path", "pax: empty linkpath", "gnu: empty long name",
        "gnu: long name of one NUL",
        // It takes the payload of what is a directory by its name, and a long name for an entry of its own.
        "type: flag 0 with a size and no data", "gnu: long name and path",
        "number: first time of all",
    ];

    [Fact]
    public void Should_see_what_the_runtimes_reader_sees()
    {
        // Files with holes it hands out as they are packed.
        var kinds = Corpus.Groups.Where(group => group.Key != "sparse").SelectMany(group => group.Value)
            .Concat(RandomArchive.Seeds(200)).ToList();
        var differences = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var compared = 0;
        foreach (var kind in kinds)
        {
            if (Ours(kind.Blob()) is not { } ours || Theirs(ours.Archive) is not { } theirs) continue;
            compared++;
            if (ours.Entries.SequenceEqual(theirs, StringComparer.Ordinal)) continue;
            var first = ours.Entries.Zip(theirs).FirstOrDefault(pair => pair.Item1 != pair.Item2);
            differences.Add(
                kind.Name,
                $"{kind.Name}: {ours.Entries.Count} and {theirs.Count} entries\n  {first.Item1}\n  {first.Item2}");
        }
        output.WriteLine($"{compared} of {kinds.Count} archives compared");
        Assert.Empty(differences.Where(each => !SeenOtherwise.Contains(each.Key)).Select(each => each.Value));
        Assert.Empty(SeenOtherwise.Except(differences.Keys));
        Assert.True(compared > kinds.Count / 2, $"only {compared} of {kinds.Count} were compared");
    }

    private static (byte[] Archive, List<string> Entries)? Ours(byte[] blob)
    {
        var archive = new MemoryStream();
        try
        {
            var buffer = new byte[1 << 16];
            using (var inflating = new BlobReader(new MemoryStream(blob)))
            {
                while (inflating.Read(buffer) is > 0 and var count) archive.Write(buffer, 0, count);
            }
            using var bytes = new BlobReader(new MemoryStream(archive.ToArray()));
            using var reader = new TarReader(bytes, split: null, ArchiveLimits.Default);
            var entries = new List<string>();
            while (reader.Next() is { } entry)
            {
                var content = new MemoryStream();
                while (reader.ReadPayload() is { IsEmpty: false } piece) content.Write(piece);
                if (entry.Kind == TarEntryKind.GlobalHeader) continue;
                entries.Add(Line(
                    Text(entry.Name), Text(entry.LinkName), entry.Mode, (entry.UserId, entry.GroupId),
                    entry.ModifiedAt.Seconds, content.ToArray()));
            }
            return (archive.ToArray(), entries);
        }
        catch (StorageException)
        {
            return null;
        }
    }

    private static List<string>? Theirs(byte[] archive)
    {
        try
        {
            using var reader = new Formats.TarReader(new MemoryStream(archive));
            var entries = new List<string>();
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType == Formats.TarEntryType.GlobalExtendedAttributes) continue;
                var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                entries.Add(Line(
                    entry.Name, entry.LinkName, (uint)entry.Mode, (entry.Uid, entry.Gid),
                    entry.ModificationTime.ToUnixTimeSeconds(), content.ToArray()));
            }
            return entries;
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or FormatException
            or ArgumentException or OverflowException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Line(
        string name, string link, uint mode, (long User, long Group) owner, long seconds, byte[] content) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name} -> {link} {mode} {owner.User}:{owner.Group} {(IsCommon(seconds) ? seconds : -1)}"
                + $" {content.Length} {Convert.ToHexString(SHA256.HashData(content))}");

    /// <summary>The runtime keeps no bytes that are not UTF-8.</summary>
    private static string Text(string name) => Encoding.UTF8.GetString(EntryText.Encode(name));

    /// <summary>The runtime knows ten thousand years, and rounds times before 1970 the other way.</summary>
    private static bool IsCommon(long seconds) => seconds is >= 0 and < 253_402_300_800;
}
