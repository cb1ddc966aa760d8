// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// The uncompressed tar of a layer from peers that have it, as a blob to be put. Peers are asked in their order; when
/// one breaks off, stands still or refuses, the next goes on where it stopped, and after the last comes the first
/// again. Whether the bytes are the right ones is for the put to find out, by <see
/// cref="NewLayer.ExpectedDiffDigest"/>; <see cref="PeerPut"/> does all of it.
/// </summary>
/// <param name="diffDigest">Of the uncompressed tar.</param>
/// <param name="deadline">After which nothing is tried any more.</param>
/// <param name="cancellation">Ends a read that waits, too.</param>
public sealed class PeerSource(
    Digest diffDigest, IReadOnlyList<Peer> peers, TransferSettings settings, DateTimeOffset deadline,
    CancellationToken cancellation = default)
{
    private readonly List<Peer> _given = [];

    /// <summary>Known before the first peer is asked, from those who know the layer; null if not: then it is that of
    /// whoever gives the first byte. A peer that has another length is not listened to.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Bytes that were taken, each of them once.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Those whose bytes were taken, or who said that the archive ends. To be asked when the put has
    /// ended.</summary>
    public ImmutableArray<Peer> Given => [.. _given];

    /// <summary>To be put once.</summary>
    public LayerBlob Blob => new($"layer {diffDigest}", () => new PeerStream(this), SizeBytes);

    /// <summary>Read by one thread at a time, which it blocks.</summary>
    private sealed class PeerStream(PeerSource source) : Stream
    {
        private readonly PeerTurns _turns = source.Turns();
        private PeerConnection? _connection;
        private readonly long _turnBytesMin = source.TurnBytesMin;
        private long? _sizeBytes = source.SizeBytes;
        private long _turnBytes;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => source.ReceivedBytes;
            set => throw new NotSupportedException();
        }

        /// <exception cref="StorageException">No peer gives it: NotFound, Busy, AccessDenied or Io, after the last of
        /// them. Cancelled: the deadline.</exception>
        /// <exception cref="OperationCanceledException">It is wanted no more.</exception>
        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            while (true)
            {
                var peer = _connection?.Peer ?? _turns.Next();
                try
                {
                    _connection ??= Connect(peer);
                    if (source.ReceivedBytes == _connection.SizeBytes) return Take(0);
                    if (_connection.Read(buffer) is > 0 and var count) return Take(count);
                    throw new PeerFailure(StorageErrorKind.Io, $"{peer} has ended early", mayPass: true);
                }
                catch (PeerFailure failure)
                {
                    _connection?.Dispose();
                    _connection = null;
                    _turns.Failed(peer, failure);
                }
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Only read.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) _connection?.Dispose();
            base.Dispose(disposing);
        }

        private PeerConnection Connect(Peer peer)
        {
            _turnBytes = 0;
            var connection = source.Connect(peer);
            if (_sizeBytes is not { } known || known == connection.SizeBytes) return connection;
            // One that has another length has another archive, or none.
            connection.Dispose();
            throw new PeerFailure(
                StorageErrorKind.DigestMismatch, $"{peer} has {connection.SizeBytes} bytes, and not {known}",
                mayPass: false);
        }

        /// <summary>Whoever gave bytes, or said that there are none, has a part in what comes of it. Only then its
        /// length counts: else a mere word of it would exclude the others.</summary>
        private int Take(int count)
        {
            _sizeBytes = _connection!.SizeBytes;
            _turnBytes += count;
            if (_turnBytes >= _turnBytesMin) _turns.Succeeded();
            source.Took(_connection.Peer, count);
            return count;
        }
    }

    private long TurnBytesMin => settings.StallBytesMin;

    private PeerTurns Turns() => new(peers, settings, deadline, cancellation);

    private PeerConnection Connect(Peer peer) =>
        PeerConnection.Open(peer, diffDigest, ReceivedBytes, settings, deadline, cancellation);

    private void Took(Peer peer, int count)
    {
        ReceivedBytes += count;
        if (!_given.Contains(peer)) _given.Add(peer);
    }
}
