// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>Turns compressed bytes into plain ones; strict about how the compressed bytes end.</summary>
internal abstract class Decoder(BlobSource source, string format) : IDisposable
{
    // The longest magic is that of xz, six bytes.
    private const int MagicBytesMax = 6;

    protected BlobSource Source { get; } = source;

    /// <summary>What the first bytes say. Only offset 0 counts.</summary>
    public static Compression Detect(BlobSource source) => source.Peek(MagicBytesMax) switch
    {
        [0x1f, 0x8b, 0x08, ..] => Compression.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression.Zstd,
        [0x42, 0x5a, 0x68, ..] => Compression.Bzip2,
        [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, ..] => Compression.Xz,
        _ => Compression.None,
    };

    /// <param name="inflater">For gzip; the fastest one when null.</param>
    public static Decoder? Open(
        BlobSource source, Compression compression, Func<BlobSource, Inflater>? inflater = null) => compression switch
    {
        Compression.None => null,
        Compression.Gzip => new GzipDecoder(source, (inflater ?? Inflater.Open)(source)),
        Compression.Zstd => new ZstdDecoder(source),
        Compression.Bzip2 => new Bzip2Decoder(source),
        Compression.Xz => new XzDecoder(source),
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "no such compression"),
    };

    /// <summary>Fills at least one byte of a target that is not empty; 0 is the end, of the blob too.</summary>
    public abstract int Read(Span<byte> target);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>Names the byte up to which the blob was read when the fault showed: it lies there or before.</summary>
    protected StorageException Fault(string what, Exception? cause = null) => new(
        StorageErrorKind.InvalidArchive, $"{format}: {what} at byte {Source.OffsetBytes} of the blob", cause: cause);
}
