// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// A gzip that is complete even when nothing was written: the runtime's stream then writes no member at all, which
/// other readers take for a damaged file. Disposing completes it; the target stays open.
/// </summary>
internal sealed class GzipOutput(Stream target, CompressionLevel level) : Stream
{
    private static ReadOnlySpan<byte> EmptyMember =>
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly GZipStream _gzip = new(target, level, leaveOpen: true);
    private bool _written;
    private bool _disposed;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => !_disposed;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _written |= !buffer.IsEmpty;
        _gzip.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() => _gzip.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _gzip.Dispose();
            if (!_written) target.Write(EmptyMember);
        }
        base.Dispose(disposing);
    }
}
