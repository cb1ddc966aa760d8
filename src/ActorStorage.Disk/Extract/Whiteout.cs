// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Entries that hide something of the layers below: names that begin with ".wh.". What the entry otherwise is does not
/// matter. What becomes of them depends on whether the directory holds what is below.
/// </summary>
internal static class Whiteout
{
    internal const string Prefix = ".wh.";

    /// <summary>Everything below its directory is hidden that does not come from the same archive.</summary>
    internal const string Opaque = ".wh..wh..opq";

    internal static bool IsNamed(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <exception cref="StorageException">The name would hide the directory it lies in, or the one above.</exception>
    internal static string HiddenName(EntryPath path, TarEntry entry) => path.Name[Prefix.Length..] switch
    {
        "" or "." or ".." => throw new StorageException(
            StorageErrorKind.InvalidArchive, $"entry {Quoted.Text(entry.Name)} would hide a directory it lies in"),
        var name => name,
    };
}

/// <summary>Removes what has the name; whether a directory stays. See <see cref="LayerExtractor"/>.</summary>
internal delegate bool ClearWay(DirectoryHandle at, string name, bool isDirectory);
