// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>A <see cref="BlobSource"/> for decoders that want a stream.</summary>
internal class BlobSourceStream(BlobSource source) : Stream
{
    /// <summary>Whether a reader asked for more than the blob has.</summary>
    public bool Exhausted { get; protected set; }

    protected BlobSource Source { get; } = source;

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
        var count = Source.Read(buffer);
        if (count == 0 && !buffer.IsEmpty) Exhausted = true;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int ReadByte()
    {
        var value = Source.ReadByte();
        if (value < 0) Exhausted = true;
        return value;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
