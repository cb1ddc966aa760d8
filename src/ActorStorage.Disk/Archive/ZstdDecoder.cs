// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using ZstdSharp;

namespace ActorStorage.Disk.Archive;

/// <summary>Zstandard frames one after another. A window above 128 MiB is refused, as the zstd tool does.</summary>
internal sealed class ZstdDecoder(BlobSource source) : Decoder(source, "zstd")
{
    private readonly Decompressor _decompressor = new();
    private bool _insideFrame;

    public override int Read(Span<byte> target)
    {
        while (true)
        {
            var input = Source.Available();
            if (input.IsEmpty && !_insideFrame) return 0;
            var status = Decompress(input, target, out var consumed, out var written);
            Source.Advance(consumed);
            _insideFrame = status != OperationStatus.Done;
            if (status == OperationStatus.InvalidData) throw Fault("invalid data");
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
            throw Fault("invalid data", e);
        }
    }
}
