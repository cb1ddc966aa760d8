// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>Which extended attributes belong to a layer's content, and not to how it is stored.</summary>
internal static class FileXattrs
{
    internal const string Capability = "security.capability";
    private const string Measurement = "security.ima";
    private const string User = "user.";
    private const string UserOverlay = "user.overlay.";
    private const string Redirect = "trusted.overlay.redirect";
    private const string MetadataCopy = "trusted.overlay.metacopy";

    /// <summary>Those that an archive keeps.</summary>
    /// <exception cref="StorageException">NotSupported: what is here only refers to what is below.</exception>
    internal static IReadOnlyList<KeyValuePair<string, byte[]>> ForArchive(IDisk disk, DirectoryHandle at, string name)
    {
        List<KeyValuePair<string, byte[]>>? kept = null;
        foreach (var attribute in disk.XattrNames(at, name))
        {
            if (attribute is Redirect or MetadataCopy) throw IsReference(at, name);
            var isKept = attribute is Capability or Measurement
                || attribute.StartsWith(User, StringComparison.Ordinal)
                && !attribute.StartsWith(UserOverlay, StringComparison.Ordinal);
            if (isKept && disk.Xattr(at, name, attribute) is { } value) (kept ??= []).Add(new(attribute, value));
        }
        return kept ?? [];
    }

    /// <summary>Whether two files have the same ones, of those that count as content.</summary>
    internal static bool AreSame(
        IDisk disk, DirectoryHandle at, string name, DirectoryHandle otherAt, string otherName)
    {
        var own = Compared(disk, at, name);
        var others = Compared(disk, otherAt, otherName);
        return own.Count == others.Count && own.All(
            each => others.TryGetValue(each.Key, out var value) && value.AsSpan().SequenceEqual(each.Value));
    }

    private static Dictionary<string, byte[]> Compared(IDisk disk, DirectoryHandle at, string name)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var attribute in disk.XattrNames(at, name))
        {
            if (attribute != Capability && !attribute.StartsWith(User, StringComparison.Ordinal)) continue;
            if (disk.Xattr(at, name, attribute) is { } value) found[attribute] = value;
        }
        return found;
    }

    private static StorageException IsReference(DirectoryHandle at, string name) => new(
        StorageErrorKind.NotSupported,
        $"{at.Path}/{name} only refers to a file below it: the layer was mounted with metacopy or redirect_dir",
        $"{at.Path}/{name}");
}
