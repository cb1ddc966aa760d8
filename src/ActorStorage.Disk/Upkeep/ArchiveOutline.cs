// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// The archive of a layer with all its headers and with zeros in the place of its files: enough to know the tree it
/// makes, without opening one file. Reads forward only.
/// </summary>
internal sealed class ArchiveOutline(TarSplitReader records) : Stream
{
    private readonly MemoryStream _segment = new();
    private long _zerosLeft;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            if (_segment.Read(buffer) is > 0 and var count) return count;
            if (_zerosLeft > 0)
            {
                count = (int)Math.Min(_zerosLeft, buffer.Length);
                buffer[..count].Clear();
                _zerosLeft -= count;
                return count;
            }
            if (!Advance()) return 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool Advance()
    {
        switch (records.Next())
        {
            case TarSplitRecord.End: return false;
            case TarSplitRecord.File: _zerosLeft = records.IsStored ? records.SizeBytes : 0; break;
            default: Take(records.Segment); break;
        }
        return true;
    }

    private void Take(ReadOnlySpan<byte> segment)
    {
        _segment.SetLength(0);
        _segment.Write(segment);
        _segment.Position = 0;
    }
}
