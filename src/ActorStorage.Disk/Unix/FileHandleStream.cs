// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>A file opened through the disk, as a stream for those libraries that want one. Does not own the
/// file.</summary>
public sealed class FileHandleStream(IDisk disk, FileHandle file) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => disk.Status(file).SizeBytes;

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => disk.Read(file, buffer);
    public override int Read(byte[] buffer, int offset, int count) => disk.Read(file, buffer.AsSpan(offset, count));
    public override void Write(ReadOnlySpan<byte> buffer) => disk.Write(file, buffer);
    public override void Write(byte[] buffer, int offset, int count) => disk.Write(file, buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is kept back here.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
