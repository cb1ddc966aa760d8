// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>Where a layer is mounted, and for how many users.</summary>
public sealed record MountPoint(LayerId Layer, string Path, long Count);

/// <summary>
/// The value of mountpoints.json. Records of layers the reader does not know are kept: an older tool that does not know
/// the volatile document would otherwise be able to make us forget mounts.
/// </summary>
public sealed class MountPoints
{
    public const string FileName = "mountpoints.json";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000 };
    private readonly ImmutableList<MountPoint> _all;

    private MountPoints(ImmutableList<MountPoint> all) => _all = all;

    public static MountPoints Empty { get; } = new([]);

    public IReadOnlyList<MountPoint> All => _all;

    /// <summary>Null when it is not mounted.</summary>
    public MountPoint? Find(LayerId layer) => _all.Find(each => each.Layer == layer);

    /// <summary>One user more; the path is where it is mounted now.</summary>
    public MountPoints Mounted(LayerId layer, string path)
    {
        if (path.Length == 0) throw new ArgumentException("a mount point has a path", nameof(path));
        return With(layer, new MountPoint(layer, path, (Find(layer)?.Count ?? 0) + 1));
    }

    /// <summary>One user less; the last one takes the entry away. Nothing changes when it was not mounted.</summary>
    public MountPoints Unmounted(LayerId layer) =>
        Find(layer) is { } found ? With(layer, found with { Count = found.Count - 1 }) : this;

    /// <summary>Forgets a layer, however many use it: it was unmounted by force or deleted.</summary>
    public MountPoints Without(LayerId layer) => With(layer, null);

    /// <param name="path">Where it was read from, for messages.</param>
    /// <exception cref="StorageException">Corrupt: the bytes are not such a document.</exception>
    public static MountPoints Parse(ReadOnlySpan<byte> json, string path)
    {
        if (json.IsEmpty) return Empty;
        try
        {
            return Parse(json);
        }
        catch (Exception cause) when (cause is JsonException or StorageException or InvalidOperationException)
        {
            var message = $"loading {Quoted.Text(path)}: {cause.Message}";
            throw new StorageException(StorageErrorKind.Corrupt, message, path, cause);
        }
    }

    public static MountPoints Load(IDisk disk, DirectoryHandle directory) =>
        WholeFile.Read(disk, directory, FileName) is var (bytes, _)
            ? Parse(bytes, $"{directory.Path}/{FileName}")
            : Empty;

    public byte[] Write()
    {
        var to = new ArrayBufferWriter<byte>();
        to.Write("["u8);
        foreach (var mount in _all)
        {
            if (to.WrittenCount > 1) to.Write(","u8);
            to.Write("{\"id\":"u8);
            JsonText.Write(to, mount.Layer.Value);
            to.Write(",\"path\":"u8);
            JsonText.Write(to, mount.Path);
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"count\":{mount.Count}}}"), to);
        }
        to.Write("]"u8);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Durable like every document but the volatile ones, although it usually lies in memory.</summary>
    public PreparedDocument Prepare(IDisk disk, DirectoryHandle directory) =>
        PreparedDocument.Prepare(disk, directory, FileName, Write(), sync: true);

    /// <summary>Only what is mounted at a path is worth an entry.</summary>
    private static bool Counts(MountPoint mount) => mount is { Count: > 0, Path.Length: > 0 };

    private MountPoints With(LayerId layer, MountPoint? mount)
    {
        var at = _all.FindIndex(each => each.Layer == layer);
        var stays = mount is not null && Counts(mount);
        if (at < 0) return stays ? new(_all.Add(mount!)) : this;
        return new(stays ? _all.SetItem(at, mount!) : _all.RemoveAt(at));
    }

    private static MountPoints Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var mounts = Empty;
        reader.Read();
        if (reader.TokenType != JsonTokenType.Null)
        {
            JsonValue.Expect(ref reader, JsonTokenType.StartArray);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var mount = ParseMount(ref reader);
                mounts = mounts.With(mount.Layer, mount);       // of two entries the last one wins
            }
        }
        if (reader.Read()) throw new JsonException("there is more behind the end");
        return mounts;
    }

    private static MountPoint ParseMount(ref Utf8JsonReader reader)
    {
        JsonValue.Expect(ref reader, JsonTokenType.StartObject);
        var (id, path, count) = ("", "", 0L);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            if (name.Equals("id", StringComparison.OrdinalIgnoreCase)) id = JsonValue.Text(ref reader);
            else if (name.Equals("path", StringComparison.OrdinalIgnoreCase)) path = JsonValue.Text(ref reader);
            else if (name.Equals("count", StringComparison.OrdinalIgnoreCase)) count = JsonValue.Number(ref reader);
            else reader.Skip();
        }
        return new MountPoint(LayerId.Recorded(id), path, count);
    }
}
