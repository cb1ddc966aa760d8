// SPDX-License-Identifier: Apache-2.0
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.BZip2;

namespace ActorStorage.Disk.Archive;

/// <summary>Bzip2 streams one after another. The library takes single bytes, so the end of a stream is exact.</summary>
internal sealed class Bzip2Decoder(BlobSource source) : Decoder(source, "bzip2")
{
    private BZip2InputStream? _stream;

    public override int Read(Span<byte> target)
    {
        while (_stream is not null || OpenStream())
        {
            var count = Guarded(_stream!, target, static (stream, target) => stream.Read(target));
            if (count > 0) return count;
            _stream!.Dispose();
            _stream = null;
        }
        return 0;
    }

    protected override void Dispose(bool disposing) => _stream?.Dispose();

    private bool OpenStream()
    {
        var magic = Source.Peek(4);
        if (magic.IsEmpty) return false;
        // The library takes a stream with a block size that does not exist for one that has ended.
        if (magic is not [0x42, 0x5a, 0x68, >= (byte)'1' and <= (byte)'9']) throw BadHeader(magic);
        var input = new BlobSourceStream(Source);
        Guarded(input, default, (stream, _) =>
        {
            _stream = new BZip2InputStream(stream);
            return 0;
        });
        return true;
    }

    private StorageException BadHeader(ReadOnlySpan<byte> magic)
    {
        var isCutOff = magic.Length < 4 && "BZh"u8.StartsWith(magic);
        Source.Advance(magic.Length);
        return Fault(isCutOff ? "unexpected EOF" : "invalid header");
    }

    /// <summary>The library reports damage in four ways, some of them by running out of its own tables.</summary>
    private int Guarded<T>(T stream, Span<byte> target, Step<T> step)
    {
        try
        {
            return step(stream, target);
        }
        catch (Exception e) when (e is EndOfStreamException)
        {
            throw Fault("unexpected EOF", e);
        }
        catch (Exception e) when (e is SharpZipBaseException or IndexOutOfRangeException)
        {
            throw Fault(Source.Peek(1).IsEmpty ? "unexpected EOF or invalid data" : "invalid data", e);
        }
    }

    private delegate int Step<T>(T stream, Span<byte> target);
}
