// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Unix;
using Mono.Unix;

namespace ActorStorage.Disk.Archive;

/// <summary>Names between the bytes of an archive and text.</summary>
internal static class EntryText
{
    private const string WhiteoutPrefix = ".wh.";

    public static string Decode(ReadOnlySpan<byte> bytes) => FileName.Decode(bytes);

    public static byte[] Encode(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? UnixEncoding.Instance.GetBytes(text)
            : Encoding.UTF8.GetBytes(text);

    /// <summary>The text up to the first NUL: fields of a header are padded.</summary>
    public static string Field(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Decode(end < 0 ? field : field[..end]);
    }

    /// <summary>Takes empty components, "." and ".." out by the text alone; "." when nothing is left.</summary>
    public static string Clean(string name)
    {
        if (IsClean(name)) return name;
        var isRooted = name.StartsWith('/');
        var components = new List<string>();
        foreach (var component in name.Split('/'))
        {
            if (component is "" or ".") continue;
            var isKept = component != ".." || (!isRooted && (components.Count == 0 || components[^1] == ".."));
            if (isKept) components.Add(component);
            else if (components.Count > 0) components.RemoveAt(components.Count - 1);
        }
        if (isRooted) return "/" + string.Join('/', components);
        return components.Count == 0 ? "." : string.Join('/', components);
    }

    /// <summary>Whether an entry of that name deletes something in the layers below instead of adding a file.</summary>
    public static bool IsWhiteout(string name)
    {
        var path = name.AsSpan().TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..].StartsWith(WhiteoutPrefix, StringComparison.Ordinal);
    }

    private static bool IsClean(string name)
    {
        foreach (var range in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(range) is "" or "." or "..") return false;
        }
        return true;
    }
}
