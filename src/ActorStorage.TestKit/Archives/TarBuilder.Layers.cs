// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace ActorStorage.TestKit.Archives;

/// <content>What layers do with archives: deletions, attributes, files with holes.</content>
public sealed partial class TarBuilder
{
    private const string WhiteoutPrefix = ".wh.";

    /// <summary>Takes what lower layers have under the path away, as an OCI layer says it.</summary>
    public TarBuilder Whiteout(string path)
    {
        var name = path.TrimEnd('/');
        var behind = name.LastIndexOf('/') + 1;
        return File($"{name[..behind]}{WhiteoutPrefix}{name[behind..]}", []);
    }

    /// <summary>Takes away what lower layers have in a directory.</summary>
    public TarBuilder Opaque(string directory) =>
        File($"{directory.TrimEnd('/')}/{WhiteoutPrefix}{WhiteoutPrefix}.opq", []);

    /// <summary>An extended attribute of the next entry.</summary>
    public TarBuilder Xattr(string name, string value) => Xattr(name, Encoding.UTF8.GetBytes(value));

    /// <inheritdoc cref="Xattr(string, string)"/>
    public TarBuilder Xattr(string name, byte[] value)
    {
        _forNext.Add(($"SCHILY.xattr.{name}", value));
        return this;
    }

    /// <summary>A file with holes: zeros of which the archive has nothing (PAX, GNU's version 1.0).</summary>
    /// <param name="sizeBytes">As somebody sees it who reads it.</param>
    /// <param name="pieces">What is not a hole, in ascending order.</param>
    public TarBuilder SparseFile(string name, long sizeBytes, params (long Offset, byte[] Content)[] pieces)
    {
        ForNext("GNU.sparse.major", "1");
        ForNext("GNU.sparse.minor", "0");
        ForNext("GNU.sparse.name", name);
        ForNext("GNU.sparse.realsize", sizeBytes.ToString(CultureInfo.InvariantCulture));
        // An empty piece at the end says where the file ends.
        (long Offset, byte[] Content)[] all = [.. pieces, (sizeBytes, [])];
        long[] numbers = [all.Length, .. all.SelectMany(piece => (long[])[piece.Offset, piece.Content.Length])];
        var map = Encoding.ASCII.GetBytes(
            string.Concat(numbers.Select(number => number.ToString(CultureInfo.InvariantCulture) + "\n")));
        byte[] content =
            [.. map, .. new byte[-map.Length & (BlockBytes - 1)], .. pieces.SelectMany(piece => piece.Content)];
        return Entry('0', "GNUSparseFile.0", content: content);
    }
}
