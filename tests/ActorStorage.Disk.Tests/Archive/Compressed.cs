// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;
using ZstdSharp;

namespace ActorStorage.Disk.Tests.Archive;

internal static class Compressed
{
    public static byte[] Of(Compression compression, ReadOnlySpan<byte> bytes)
    {
        if (compression == Compression.Xz) return Xz(bytes.ToArray());
        var blob = new MemoryStream();
        using (Stream stream = compression switch
        {
            Compression.Gzip => new GZipStream(blob, CompressionLevel.Optimal, leaveOpen: true),
            Compression.Zstd => ZstdWithChecksum(blob),
            Compression.Bzip2 => new BZip2OutputStream(blob) { IsStreamOwner = false },
            _ => throw new ArgumentOutOfRangeException(nameof(compression)),
        })
        {
            stream.Write(bytes);
        }
        return blob.ToArray();
    }

    public static byte[] Gzip(ReadOnlySpan<byte> bytes) => Of(Compression.Gzip, bytes);

    public static byte[] Zstd(ReadOnlySpan<byte> bytes) => Of(Compression.Zstd, bytes);

    /// <summary>By the tool itself: no library here writes it.</summary>
    private static byte[] Xz(byte[] bytes)
    {
        var start = new ProcessStartInfo("xz", "-c") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var blob = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(blob);
        process.StandardInput.BaseStream.Write(bytes);
        process.StandardInput.Close();
        reading.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return blob.ToArray();
    }

    private static CompressionStream ZstdWithChecksum(MemoryStream blob)
    {
        var stream = new CompressionStream(blob, leaveOpen: true);
        stream.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return stream;
    }
}
