// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>Under which file name an item of big data lies in its layer's, image's or container's directory.</summary>
public static class BigDataFile
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.");

    /// <exception cref="StorageException">
    /// Invalid for the empty key and for one that has no possible file name; UnsafePath for one that would lead out of
    /// the directory.
    /// </exception>
    public static string Name(string key)
    {
        if (key.Length == 0) throw new StorageException(StorageErrorKind.Invalid, "a big data key is empty");
        var name = IsPlain(key) ? Cleaned(key) : "=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        if (name == "..") throw Refused(key, StorageErrorKind.UnsafePath);
        // Standard base64 has a slash among its digits: the Go tools fail on such keys, for want of a directory.
        if (name is "" or "." || name.AsSpan().ContainsAny('/', '\0')) throw Refused(key, StorageErrorKind.Invalid);
        return name;
    }

    /// <summary>The value of one item of an owner, whose directory lies below the given one; null when it is
    /// missing.</summary>
    /// <param name="owner">The id of a layer, an image or a container.</param>
    public static byte[]? Read(IDisk disk, DirectoryHandle directory, string owner, string key)
    {
        if (RecordId.Fault(owner) is not null || disk.Status(directory, owner) is null) return null;
        using var data = disk.OpenDirectory(directory, owner);
        return WholeFile.Read(disk, data, Name(key))?.Bytes;
    }

    /// <summary>
    /// Whether no character but the last is outside a-z, 0-9 and the dot. The last one escapes the test in the Go
    /// tools, and files in their stores are named by it.
    /// </summary>
    private static bool IsPlain(string key)
    {
        var odd = key.AsSpan().IndexOfAnyExcept(Plain);
        if (odd < 0) return true;
        _ = Rune.DecodeFromUtf16(key.AsSpan(odd), out _, out var length);
        return odd + length == key.Length;
    }

    private static string Cleaned(string key) => key.EndsWith('/') ? key[..^1] : key;

    private static StorageException Refused(string key, StorageErrorKind kind) =>
        new(kind, $"the big data key {Quoted.Text(key)} has no file name");
}
