// SPDX-License-Identifier: Apache-2.0
using Mono.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>Where an entry's name leads once "." and ".." are taken out of it by their text alone.</summary>
/// <param name="Parent">The directory it lies in, below the root; empty for the root itself.</param>
/// <param name="Name">The last component; empty when the path is the root.</param>
/// <param name="IsHere">The name was "." or the like. Such an entry does not describe the root.</param>
internal readonly record struct EntryPath(string Parent, string Name, bool IsHere)
{
    private const int BytesMax = 4094;      // PATH_MAX without the NUL behind and the "/" in front

    internal bool IsRoot => Name.Length == 0;

    /// <summary>The whole path below the root, without a leading separator.</summary>
    internal string Text => Parent.Length == 0 ? Name : $"{Parent}/{Name}";

    /// <exception cref="StorageException">No path can be like this: it holds a NUL byte or is too long.</exception>
    internal static EntryPath Clean(string name)
    {
        if (HoldsNul(name)) throw Refusal(name, "holds a NUL byte");
        // "..", unlike ".", names the root on purpose: what is above the root is the root.
        var isAbove = name.StartsWith('/');
        var path = IsClean(name) ? name : Walk(name, ref isAbove);
        if (path.Length == 0) return new EntryPath("", "", IsHere: !isAbove);
        if (path.Length > BytesMax / 4 && UnixEncoding.Instance.GetByteCount(path) > BytesMax)
            throw Refusal(name, "is longer than a path can be");
        var separator = path.LastIndexOf('/');
        return separator < 0
            ? new EntryPath("", path, IsHere: false)
            : new EntryPath(path[..separator], path[(separator + 1)..], IsHere: false);
    }

    private static bool IsClean(string name)
    {
        foreach (var range in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(range) is "" or "." or "..") return false;
        }
        return true;
    }

    private static string Walk(string name, ref bool isAbove)
    {
        var components = new List<string>();
        foreach (var component in name.Split('/'))
        {
            if (component is "" or ".") continue;
            if (component != "..") components.Add(component);
            else if (components.Count > 0) components.RemoveAt(components.Count - 1);
            else isAbove = true;
        }
        return string.Join('/', components);
    }

    /// <summary>A NUL in front of a byte above 127 is how such a byte is carried; others mean a NUL.</summary>
    internal static bool HoldsNul(string name)
    {
        for (var at = name.IndexOf('\0', StringComparison.Ordinal); at >= 0;)
        {
            if (at + 1 >= name.Length || name[at + 1] is < (char)0x80 or > (char)0xff) return true;
            at = name.IndexOf('\0', at + 2);
        }
        return false;
    }

    private static StorageException Refusal(string name, string why) =>
        new(StorageErrorKind.UnsafePath, $"the archive's name {Quoted.Text(name)} {why}");
}
