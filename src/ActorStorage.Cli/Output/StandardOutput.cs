// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Cli.Output;

/// <summary>
/// Standard output or error, written with write(2). The runtime's file streams keep a position of their own, which
/// harms when several processes append to one file; its console streams hide that nobody reads any more.
/// </summary>
internal sealed class StandardOutput(int descriptor) : Stream
{
    /// <summary>Whether the reader has gone away. What led here is then no failure worth a word.</summary>
    public bool IsBroken { get; private set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            for (var done = 0; done < buffer.Length;)
            {
                var written = Syscall.write(descriptor, bytes + done, (ulong)(buffer.Length - done));
                if (written >= 0) done += (int)written;
                else FailUnlessTransient();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private void FailUnlessTransient()
    {
        var errno = Stdlib.GetLastError();
        switch (errno)
        {
            case Errno.EINTR: return;
            // A terminal or pipe that somebody else set to non-blocking.
            case Errno.EAGAIN: WaitUntilWritable(); return;
            case Errno.EPIPE: IsBroken = true; break;
            default: break;
        }
        throw new IOException($"write: {Stdlib.strerror(errno)}");
    }

    private void WaitUntilWritable() =>
        Syscall.poll([new Pollfd { fd = descriptor, events = PollEvents.POLLOUT }], -1);
}
