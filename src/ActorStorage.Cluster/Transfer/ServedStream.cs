// SPDX-License-Identifier: Apache-2.0
using System.IO.Pipelines;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// The body of an answer, written by a thread that may wait: for the bandwidth, and for a receiver that does not take
/// what was sent, but not for one that takes too little. No more is kept here than the server's own buffer holds.
/// </summary>
internal sealed class ServedStream(
    PipeWriter body, Bandwidth bandwidth, TransferSettings settings, Action<long> served,
    CancellationToken cancellation) : Stream
{
    private readonly LeastRate _rate = new(settings);
    private readonly int _pieceBytes = Math.Min(bandwidth.PieceBytes, settings.ChunkBytes / 16);

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="StorageException">Io: the receiver takes nothing, or too little.</exception>
    /// <exception cref="OperationCanceledException">The receiver is gone, or the server ends.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(buffer.Length, _pieceBytes)];
            bandwidth.Take(piece.Length, cancellation);
            cancellation.ThrowIfCancellationRequested();
            piece.CopyTo(body.GetSpan(piece.Length));
            body.Advance(piece.Length);
            served(piece.Length);
            Send(piece.Length);
            buffer = buffer[piece.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Each write is sent.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Send(int bytes)
    {
        var started = settings.Time.GetTimestamp();
        var sent = body.FlushAsync(cancellation);
        if (sent.IsCompletedSuccessfully)
        {
            _rate.IsKept(bytes, TimeSpan.Zero);
            return;
        }
        // The thread is our own: it may block.
        var task = sent.AsTask();
        if (Task.WaitAny([task], settings.StallMax) < 0)
            throw new StorageException(StorageErrorKind.Io, $"the receiver has taken nothing for {settings.StallMax}");
        task.GetAwaiter().GetResult();
        if (_rate.IsKept(bytes, settings.Time.GetElapsedTime(started))) return;
        throw new StorageException(StorageErrorKind.Io, "the receiver takes too little");
    }
}
