// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using ActorStorage.Disk;
using ZstdSharp;

namespace ActorStorage.TestKit.Archives;

/// <summary>A layer's archive for a test: its bytes, plain or compressed, and what the index must say about
/// them.</summary>
public sealed record LayerArchive(byte[] Bytes)
{
    /// <summary>SHA-256 of the bytes in lower-case hex.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>The same as the store writes it.</summary>
    public Digest Digest => Digest.Sha256(SHA256.HashData(Bytes));

    /// <summary>A few entries of every ordinary kind; another seed gives other content.</summary>
    public static LayerArchive Small(int seed)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"layer-{seed}");
        return new TarBuilder()
            .Directory("etc/")
            .File($"etc/{name}.conf", $"value = {name}\n")
            .File("etc/shared.conf", $"last writer = {name}\n", mode: 0x180, owner: 1000 + (seed % 50))
            // `check` compares the modes of directories, so none may be made in passing.
            .Directory("srv/")
            .Directory($"srv/{name}/", mode: 0x3FF)
            .File($"srv/{name}/data", Noise.Of(seed, 3000 + (seed % 700)))
            .HardLink($"srv/{name}/same-data", $"srv/{name}/data")
            .Symlink($"srv/{name}/link", "data")
            .Symlink($"srv/{name}/dangling", "/nowhere/at/all")
            .Pipe($"srv/{name}/fifo")
            .Pax(("SCHILY.xattr.user.seed", name), ("mtime", "1700000000.123456789"))
            .File($"srv/{name}/with-attribute", name)
            .BuildLayer();
    }

    /// <summary>Many small files in directories of a hundred.</summary>
    public static LayerArchive ManyFiles(int seed, int files)
    {
        var tar = new TarBuilder().Directory("many/");
        for (var file = 0; file < files; file++)
        {
            var directory = string.Create(CultureInfo.InvariantCulture, $"many/{file / 100:D4}/");
            if (file % 100 == 0) tar.Directory(directory);
            tar.File(string.Create(CultureInfo.InvariantCulture, $"{directory}{file:D6}"), Noise.Of(seed + file, 200));
        }
        return tar.BuildLayer();
    }

    /// <summary>Few large files that no compressor makes smaller, of 4 MiB each but for the last one.</summary>
    /// <param name="megabytes">Of 2^20 bytes, in all files together.</param>
    public static LayerArchive Large(int seed, int megabytes)
    {
        const int FileMegabytes = 4;
        var tar = new TarBuilder().Directory("large/");
        for (var (file, left) = (0, megabytes); left > 0; (file, left) = (file + 1, left - FileMegabytes))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"large/{file:D4}");
            tar.File(name, seed + file, (long)Math.Min(FileMegabytes, left) << 20);
        }
        return tar.BuildLayer();
    }

    public LayerArchive Gzip() => Compressed(packed => new GZipStream(packed, CompressionLevel.Fastest, true));

    public LayerArchive Zstd() => Compressed(packed => new CompressionStream(packed, level: 1, leaveOpen: true));

    /// <summary>For <see cref="PutLayer"/>, under the name that errors say.</summary>
    public LayerBlob AsBlob(string name = "archive") => new(name, () => new MemoryStream(Bytes), Bytes.Length);

    /// <summary>Writes it and returns the path.</summary>
    public string SaveAs(string path)
    {
        File.WriteAllBytes(path, Bytes);
        return path;
    }

    private LayerArchive Compressed(Func<Stream, Stream> compressor)
    {
        using var packed = new MemoryStream();
        using (var stream = compressor(packed)) stream.Write(Bytes);
        return new LayerArchive(packed.ToArray());
    }
}
