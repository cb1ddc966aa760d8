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
    private const int TrailerBytes = 8;
    private const int TextBytesMax = 512;       // of the stored name and of the comment, as the Go tools have it
    private readonly Crc32 _headerSum = new();
    private readonly Crc32 _memberSum = new();
    private BlobSourceStream? _input;
    private DeflateStream? _member;
    private long _memberStart;
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
            throw Fault("invalid data", e);
        }
    }

    private bool OpenMember()
    {
        if (Source.Peek(1).IsEmpty) return false;
        ReadHeader();
        _memberSum.Reset();
        _memberBytes = 0;
        _memberStart = Source.OffsetBytes;
        _input = new BlobSourceStream(Source);
        _member = new DeflateStream(_input, CompressionMode.Decompress);
        return true;
    }

    /// <summary>
    /// Finds where the member ended. The inflater has taken up to two chunks that it may not have needed, so the
    /// trailer, whose eight bytes are known by now, is looked for among them. Only one place may match: a blob in which
    /// two do was made to be read in two ways.
    /// </summary>
    private void CloseMember()
    {
        if (_input!.Exhausted) throw Fault("unexpected EOF");
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _memberSum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _memberBytes);
        var taken = (int)Math.Min(Source.OffsetBytes - _memberStart, BlobSource.LookBackMax);
        var window = Source.Around(taken, TrailerBytes);
        var at = window.IndexOf(trailer);
        if (at < 0) throw Fault("invalid checksum or unexpected EOF");
        if (window[(at + 1)..].IndexOf(trailer) >= 0) throw Fault("ambiguous end of a member");
        if (at + TrailerBytes <= taken) Source.StepBack(taken - at - TrailerBytes);
        else Source.Advance(at + TrailerBytes - taken);
        _member!.Dispose();
        _member = null;
    }

    private void ReadHeader()
    {
        _headerSum.Reset();
        var start = Take(10);
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
            // Junk behind the last member is usually shorter than a header; it is junk all the same.
            throw Fault(bytes is [0x1f, ..] || _headerSum.GetCurrentHashAsUInt32() != 0 ? "unexpected EOF" : "invalid header");
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
