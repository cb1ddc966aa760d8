// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using ActorStorage.Disk.Archive;
using ZstdSharp;

namespace ActorStorage.Disk.Diff;

/// <summary>Writes a diff in the compression that was asked for.</summary>
public static class DiffCompression
{
    /// <param name="output">Stays open.</param>
    /// <param name="write">Writes the uncompressed bytes to the stream it is given.</param>
    /// <exception cref="StorageException">NotSupported: it cannot be written, and nothing was.</exception>
    public static void Run(Stream output, Compression compression, Action<Stream> write)
    {
        var compressed = Open(output, compression);
        write(compressed);
        // Not when the writing failed: what was written must not look like a complete archive to anybody.
        if (compressed != output) compressed.Dispose();
    }

    private static Stream Open(Stream output, Compression compression) => compression switch
    {
        Compression.None => output,
        Compression.Gzip => new GzipOutput(output, CompressionLevel.Optimal),
        Compression.Zstd => new CompressionStream(output, leaveOpen: true),
        Compression.Bzip2 => throw Unsupported("tar.bz2"),
        Compression.Xz => throw Unsupported("tar.xz"),
        _ => throw Unsupported(compression.ToString()),
    };

    private static StorageException Unsupported(string format) =>
        new(StorageErrorKind.NotSupported, $"unsupported compression format {format}");
}
