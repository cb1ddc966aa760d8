// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;

namespace ActorStorage.Bench;

public enum Packing
{
    Plain,
    Gzip,
}

/// <summary>
/// One layer of files that this machine really has, held in memory: what lies in /usr/share and /usr/lib, in the order
/// of names, up to 64 MiB of content. The same for all benchmarks, so that their figures may be compared.
/// </summary>
internal static class RealArchive
{
    private const long ContentBytesMax = 64 << 20;
    private const long FileBytesMax = 4 << 20;
    private static readonly string[] Directories = ["/usr/share", "/usr/lib"];
    private static readonly Lazy<byte[]> Tar = new(MakeTar);
    private static readonly Lazy<byte[]> TarGzip = new(MakeGzip);

    public static byte[] Bytes(Packing packing) => packing == Packing.Gzip ? TarGzip.Value : Tar.Value;

    /// <summary>Of the tar, compressed or not: what one operation gets through.</summary>
    public static long TarBytes => Tar.Value.Length;

    private static byte[] MakeTar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
            var left = ContentBytesMax;
            foreach (var directory in Directories.SelectMany(top => Directory
                .EnumerateDirectories(top, "*", everything).Order(StringComparer.Ordinal)))
            {
                if (left <= 0) break;
                left -= Add(tar, new DirectoryInfo(directory));
            }
        }
        return bytes.ToArray();
    }

    private static long Add(TarWriter tar, DirectoryInfo directory)
    {
        if (directory.LinkTarget is not null) return 0;
        var added = 0L;
        tar.WriteEntry(directory.FullName, directory.FullName.TrimStart('/'));
        foreach (var file in directory.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (file.Length > FileBytesMax) continue;
            tar.WriteEntry(file.FullName, file.FullName.TrimStart('/'));
            if (file.LinkTarget is null) added += file.Length;
        }
        return added;
    }

    private static byte[] MakeGzip()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Tar.Value);
        return bytes.ToArray();
    }
}
