// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Gzip members one after another (RFC 1952). The frame is read here and only the deflate data is left to the runtime:
/// its own gzip stream takes a blob that is cut short, or followed by junk, for a complete one.
/// </summary>
internal sealed class GzipDecoder(BlobSource source) : Decoder(source, "gzip")
{
    private const int StartBytes = 10;
    private const int TrailerBytes = GzipInput.TrailerBytes;
    private const int TextBytesMax = 512;       // of the stored name and of the comment, as the Go tools have it
    private readonly Crc32 _headerSum = new();
    private readonly Crc32 _memberSum = new();
    private GzipInput? _input;
    private DeflateStream? _member;
    private uint _memberBytes;                  // modulo 2^32, which is how the trailer counts

    public override int Read(Span<byte> target)
    {
        while (_member is not null || OpenMember())
        {
            var count = Inflate(target);
            if (count > 0)
            {
                _memberSum.Append(target[..count]);
                _memberBytes += (uint)count;
                return count;
            }
            CloseMember();
        }
        return 0;
    }

    protected override void Dispose(bool disposing) => _member?.Dispose();

    private int Inflate(Span<byte> target)
    {
        try
        {
            return _member!.Read(target);
        }
        catch (InvalidDataException e)
        {
            throw _input!.Exhausted ? CutOff(e) : Fault("invalid data", e);
        }
    }

    /// <summary>The blob ended where data should be; what would be the trailer is passed over.</summary>
    private StorageException CutOff(Exception? cause = null)
    {
        Source.Advance(Source.Peek(TrailerBytes).Length);
        return Fault("unexpected EOF", cause);
    }

    private bool OpenMember()
    {
        if (Source.Peek(1).IsEmpty) return false;
        ReadHeader();
        _memberSum.Reset();
        _memberBytes = 0;
        _input = new GzipInput(Source);
        _member = new DeflateStream(_input, CompressionMode.Decompress);
        return true;
    }

    /// <summary>The trailer must stand behind the last chunk, see <see cref="GzipInput"/>, and not inside it.</summary>
    private void CloseMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _memberSum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _memberBytes);
        var taken = _input!.LastChunkBytes;
        var window = Source.Around(taken, TrailerBytes);
        if (window[..taken].IndexOf(trailer) >= 0) throw Fault("invalid header (junk behind a member)");
        var isSound = window[taken..].SequenceEqual(trailer);
        Source.Advance(window.Length - taken);
        if (_input.Exhausted) throw Fault("unexpected EOF");
        if (!isSound) throw Fault("invalid checksum or unexpected EOF");
        _member!.Dispose();
        _member = null;
    }

    private void ReadHeader()
    {
        _headerSum.Reset();
        var start = Take(StartBytes);
        if (start is not [0x1f, 0x8b, 0x08, ..]) throw Fault("invalid header");
        var flags = (HeaderFlags)start[3];
        if (flags.HasFlag(HeaderFlags.Extra)) Skip(BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
        if (flags.HasFlag(HeaderFlags.Name)) SkipText();
        if (flags.HasFlag(HeaderFlags.Comment)) SkipText();
        if (!flags.HasFlag(HeaderFlags.Checksum)) return;
        var sum = (ushort)_headerSum.GetCurrentHashAsUInt32();
        if (BinaryPrimitives.ReadUInt16LittleEndian(Take(2)) != sum) throw Fault("invalid header");
    }

    private void SkipText()
    {
        for (var count = 0; Take(1)[0] != 0; count++)
        {
            if (count == TextBytesMax) throw Fault("invalid header");
        }
    }

    private void Skip(int count)
    {
        while (count > 0) count -= Take(Math.Min(count, 4096)).Length;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var bytes = Source.Peek(count);
        if (bytes.Length < count)
        {
            // Junk behind the last member may be shorter than a header; it is junk all the same.
            var isJunk = count == StartBytes && bytes is not ([0x1f] or [0x1f, 0x8b, ..]);
            Source.Advance(bytes.Length);
            throw Fault(isJunk ? "invalid header" : "unexpected EOF");
        }
        _headerSum.Append(bytes);
        Source.Advance(count);
        return bytes;
    }

    [Flags]
    private enum HeaderFlags
    {
        None = 0,
        Checksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
    }
}
