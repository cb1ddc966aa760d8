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

/// <summary>Standard input that a cancellation can interrupt while it waits for bytes that may never come.</summary>
internal sealed class StandardInput : Stream
{
    private readonly int[] _wake = new int[2];
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _cancellation;
    private readonly int _descriptor;

    public StandardInput(CancellationToken cancellation)
        : this(0, cancellation)
    {
    }

    internal StandardInput(int descriptor, CancellationToken cancellation)
    {
        (_descriptor, _cancellation) = (descriptor, cancellation);
        if (Syscall.pipe(_wake) != 0) throw new IOException($"pipe: {Stdlib.strerror(Stdlib.GetLastError())}");
        _registration = cancellation.Register(Wake);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }


    public override unsafe int Read(Span<byte> buffer)
    {
        Pollfd[] waited =
        [
            new() { fd = _descriptor, events = PollEvents.POLLIN }, new() { fd = _wake[0], events = PollEvents.POLLIN },
        ];
        while (true)
        {
            Syscall.poll(waited, -1);
            _cancellation.ThrowIfCancellationRequested();
            fixed (byte* bytes = buffer)
            {
                var read = Syscall.read(_descriptor, bytes, (ulong)buffer.Length);
                if (read >= 0) return (int)read;
            }
            var errno = Stdlib.GetLastError();
            if (errno is not (Errno.EINTR or Errno.EAGAIN)) throw new IOException($"read: {Stdlib.strerror(errno)}");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The registration first: after that nobody writes to the pipe.
            _registration.Dispose();
            _ = Syscall.close(_wake[0]);
            _ = Syscall.close(_wake[1]);
        }
        base.Dispose(disposing);
    }

    private unsafe void Wake()
    {
        byte one = 1;
        Syscall.write(_wake[1], &one, 1);
    }
}
