// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Hashing;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Gzip members one after another (RFC 1952). The frame is read here and only the deflate data is left to an inflater:
/// the runtime's own gzip stream takes a blob that is cut short, or followed by junk, for a complete one.
/// </summary>
internal sealed class GzipDecoder(BlobSource source, Inflater inflater) : Decoder(source, "gzip")
{
    private const int StartBytes = 10;
    private const int TextBytesMax = 512;       // of the stored name and of the comment, as the Go tools have it
    private readonly Crc32 _headerSum = new();
    private readonly Crc32 _memberSum = new();
    private bool _isInMember;
    private uint _memberBytes;                  // modulo 2^32, which is how the trailer counts

    public override int Read(Span<byte> target)
    {
        try
        {
            while (_isInMember || OpenMember())
            {
                var count = inflater.Read(target);
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
        catch (InvalidDataException e)
        {
            throw Fault(e.Message, e);
        }
    }

    protected override void Dispose(bool disposing) => inflater.Dispose();

    private bool OpenMember()
    {
        if (Source.Peek(1).IsEmpty) return false;
        ReadHeader();
        _memberSum.Reset();
        _memberBytes = 0;
        inflater.Begin();
        return _isInMember = true;
    }

    private void CloseMember()
    {
        Span<byte> trailer = stackalloc byte[Inflater.TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _memberSum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _memberBytes);
        inflater.End(trailer);
        _isInMember = false;
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
