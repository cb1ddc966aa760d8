// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace ActorStorage.Disk.Archive;

/// <summary>With the runtime's inflater, which does not say how much of its input it used, see
/// <see cref="GzipInput"/>.</summary>
internal sealed class RuntimeInflater(BlobSource source) : Inflater(source)
{
    private GzipInput? _input;
    private DeflateStream? _member;

    public override void Begin()
    {
        _member?.Dispose();
        _input = new GzipInput(Source);
        _member = new DeflateStream(_input, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> target)
    {
        try
        {
            return _member!.Read(target);
        }
        catch (InvalidDataException e) when (_input!.Exhausted)
        {
            // The blob ended where data should be; what would be the trailer is passed over.
            Source.Advance(Source.Peek(TrailerBytes).Length);
            throw UnexpectedEnd(e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("invalid data", e);
        }
    }

    /// <summary>It must stand behind the last chunk, and not inside it.</summary>
    public override void End(ReadOnlySpan<byte> expected)
    {
        var taken = _input!.LastChunkBytes;
        var window = Source.Around(taken, TrailerBytes);
        if (window[..taken].IndexOf(expected) >= 0)
        {
            throw new InvalidDataException("invalid header (junk behind a member)");
        }
        var isSound = window[taken..].SequenceEqual(expected);
        Source.Advance(window.Length - taken);
        if (_input.Exhausted) throw UnexpectedEnd();
        if (!isSound) throw new InvalidDataException("invalid checksum or unexpected EOF");
    }

    protected override void Dispose(bool disposing)
    {
        _member?.Dispose();
        base.Dispose(disposing);
    }
}
