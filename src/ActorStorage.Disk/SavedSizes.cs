// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// The sizes of layers from one start to the next, in a file beside the directories of the store, where no other tool
/// looks: one line for each layer, then one with their number and a hash of all. Nothing depends on it: one that is
/// missing, damaged or old costs a walk. Replaced as a whole, without a sync; of two who write at once one wins.
/// </summary>
internal sealed class SavedSizes(IDisk disk, string graphRoot)
{
    public const string Name = "actor-storage.sizes";
    private const string Unfinished = Name + ".new";
    private const string Header = "actor-storage sizes 1\n";
    private const uint Mode = 0x180;        // 0600

    public IReadOnlyDictionary<LayerId, LayerSize> Load()
    {
        try
        {
            using var directory = disk.OpenDirectory(graphRoot);
            return WholeFile.Read(disk, directory, Name) is var (bytes, _) && Body(bytes) is { } body
                ? Parse(body)
                : None;
        }
        catch (StorageException)
        {
            return None;
        }
    }

    /// <summary>Does nothing where there is no room, or no right to it.</summary>
    public void Save(IEnumerable<KeyValuePair<LayerId, LayerSize>> sizes)
    {
        var text = new StringBuilder(Header);
        var count = 0;
        foreach (var (layer, size) in sizes)
        {
            if (size is not { Record: { } record, TouchedAt: { } touchedAt } || layer.Value.Contains('\n')) continue;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{record:x16} {touchedAt.Seconds} {touchedAt.Nanoseconds} {size.Bytes} {layer}\n");
            count++;
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        try
        {
            using var directory = disk.OpenDirectory(graphRoot);
            disk.RemoveFile(directory, Unfinished);
            using (var file = disk.CreateFile(directory, Unfinished, Mode))
            {
                disk.Write(file, bytes);
                disk.Write(file, Encoding.UTF8.GetBytes(Trailer(bytes, count)));
            }
            disk.Rename(directory, Unfinished, directory, Name);
        }
        catch (StorageException)
        {
            // As said: the next start measures.
        }
    }

    private static IReadOnlyDictionary<LayerId, LayerSize> None { get; } = new Dictionary<LayerId, LayerSize>();

    /// <summary>Everything but the last line; null when that does not belong to it.</summary>
    private static string? Body(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] != '\n') return null;
        var end = bytes[..^1].LastIndexOf((byte)'\n') + 1;
        var text = Encoding.UTF8.GetString(bytes[..end]);
        var count = text.Count(each => each == '\n') - 1;
        return text.StartsWith(Header, StringComparison.Ordinal)
            && Encoding.UTF8.GetString(bytes[end..]) == Trailer(bytes[..end], count)
                ? text[Header.Length..]
                : null;
    }

    private static string Trailer(ReadOnlySpan<byte> bytes, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"end {count} {XxHash3.HashToUInt64(bytes):x16}\n");

    private static Dictionary<LayerId, LayerSize> Parse(string body)
    {
        const int Parts = 5;
        var sizes = new Dictionary<LayerId, LayerSize>();
        foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // Written by us, as its hash says.
            var parts = line.Split(' ', Parts);
            sizes[LayerId.Recorded(parts[4])] = new LayerSize(
                ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                new FileTime(Number(parts[1]), Number(parts[2])), Number(parts[3]));
        }
        return sizes;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
