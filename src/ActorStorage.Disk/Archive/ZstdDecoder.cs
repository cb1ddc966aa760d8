// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using ZstdSharp;

namespace ActorStorage.Disk.Archive;

/// <summary>Zstandard frames one after another. A window above 128 MiB is refused, as the zstd tool does.</summary>
internal sealed class ZstdDecoder(BlobSource source) : Decoder(source, "zstd")
{
    // The library does not say how far it came into bytes that are damaged, so it gets few at a time.
    private const int InputBytesMax = 64 << 10;
    private readonly Decompressor _decompressor = new();
    private bool _insideFrame;

    public override int Read(Span<byte> target)
    {
        while (true)
        {
            var input = Source.Available();
            if (input.IsEmpty && !_insideFrame) return 0;
            if (input.Length > InputBytesMax) input = input[..InputBytesMax];
            var status = Decompress(input, target, out var consumed, out var written);
            if (status == OperationStatus.InvalidData) throw Damaged(input);
            Source.Advance(consumed);
            _insideFrame = status != OperationStatus.Done;
            if (written > 0) return written;
            if (input.IsEmpty && _insideFrame) throw Fault("unexpected EOF");
        }
    }

    protected override void Dispose(bool disposing) => _decompressor.Dispose();

    private OperationStatus Decompress(ReadOnlySpan<byte> input, Span<byte> target, out int consumed, out int written)
    {
        try
        {
            return _decompressor.UnwrapStream(input, target, out consumed, out written);
        }
        catch (ZstdException e)
        {
            throw Damaged(input, e);
        }
    }

    private StorageException Damaged(ReadOnlySpan<byte> input, ZstdException? cause = null)
    {
        Source.Advance(input.Length);
        return Fault("invalid data", cause);
    }
}
