// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Output;

/// <summary>Standard input that a cancellation can interrupt while it waits for bytes that may never come.</summary>
internal sealed class StandardInput : Stream
{
    private const int CloseOnExec = 1;      // FD_CLOEXEC
    private readonly SafeFileHandle _wake;
    private readonly SafeFileHandle _waker;
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
        var pipe = new int[2];
        if (Syscall.pipe(pipe) != 0) throw new IOException($"pipe: {Stdlib.strerror(Stdlib.GetLastError())}");
        _wake = new SafeFileHandle(pipe[0], ownsHandle: true);
        _waker = new SafeFileHandle(pipe[1], ownsHandle: true);
        foreach (var end in pipe) _ = Syscall.fcntl(end, FcntlCommand.F_SETFD, CloseOnExec);
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

    public override int Read(Span<byte> buffer)
    {
        // Whoever gave the reading up may dispose of this stream while another thread still waits in it.
        var isKept = false;
        try
        {
            _wake.DangerousAddRef(ref isKept);
            return Read(buffer, (int)_wake.DangerousGetHandle());
        }
        finally
        {
            if (isKept) _wake.DangerousRelease();
        }
    }

    private unsafe int Read(Span<byte> buffer, int wake)
    {
        Pollfd[] waited =
        [
            new() { fd = _descriptor, events = PollEvents.POLLIN }, new() { fd = wake, events = PollEvents.POLLIN },
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
            _wake.Dispose();
            _waker.Dispose();
        }
        base.Dispose(disposing);
    }

    private unsafe void Wake()
    {
        byte one = 1;
        Syscall.write((int)_waker.DangerousGetHandle(), &one, 1);
    }
}
