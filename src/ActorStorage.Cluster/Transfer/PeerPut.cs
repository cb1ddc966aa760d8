// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Staging;

namespace ActorStorage.Cluster.Transfer;

/// <summary>A layer that came from peers, or was there.</summary>
/// <param name="Given">Those whose bytes it is made of; none when it was there already.</param>
/// <param name="ReceivedBytes">Of the whole archive, and of what was found to be wrong.</param>
public sealed record PeerPutOk(StagingProtocol.PutLayerOk Put, ImmutableArray<Peer> Given, long ReceivedBytes);

/// <summary>Puts a layer from peers that have it. A peer that lies is found out by the digest, before the layer is
/// committed; then the next one is tried, from the first byte.</summary>
public static class PeerPut
{
    /// <param name="put">Its blob and what its digests must be are set here.</param>
    /// <param name="diffDigest">Of the uncompressed tar.</param>
    /// <param name="sizeBytes">Of the uncompressed tar; null when it is not known.</param>
    /// <exception cref="StorageException">As <see cref="StorageClient.PutLayerAsync"/>; what no peer gives is NotFound,
    /// Busy, AccessDenied or Io, and what all of them give wrong is what the last of their archives failed with,
    /// DigestMismatch or InvalidArchive mostly. NotSupported: a digest other than SHA-256, which staging does not
    /// compare.</exception>
    public static async Task<PeerPutOk> RunAsync(
        StorageClient storage, PutLayer put, Digest diffDigest, long? sizeBytes, IReadOnlyList<Peer> peers,
        TransferSettings settings, DateTimeOffset deadline, CancellationToken cancellation = default)
    {
        if (!diffDigest.IsSha256)
            throw new StorageException(StorageErrorKind.NotSupported, $"{diffDigest} is not compared while staging");
        var received = 0L;
        var suspects = new List<Peer>();
        List<Peer> honest = [.. peers];
        while (true)
        {
            // Who of several lied cannot be known. From then on each has to give the whole.
            var asked = honest.Count > 0 || suspects.Count == 0 ? honest : [suspects[0]];
            var source = new PeerSource(diffDigest, asked, settings, deadline, cancellation) { SizeBytes = sizeBytes };
            try
            {
                var layer = put.Layer with { ExpectedBlobDigest = diffDigest, ExpectedDiffDigest = diffDigest };
                var done = await storage.PutLayerAsync(
                    put with { Layer = layer, Blob = source.Blob }, cancellation);
                return new PeerPutOk(done, source.Given, received + source.ReceivedBytes);
            }
            catch (StorageException failure) when (OthersMayDoBetter(failure, source))
            {
                received += source.ReceivedBytes;
                if (asked != honest)
                {
                    suspects.RemoveAt(0);
                }
                else if (source.Given.Length > 0)
                {
                    honest.RemoveAll(source.Given.Contains);
                    if (source.Given.Length > 1) suspects.AddRange(source.Given);
                }
                else
                {
                    honest.Clear();
                }
                if (honest.Count + suspects.Count == 0) throw;
            }
        }
    }

    private static bool OthersMayDoBetter(StorageException failure, PeerSource source) => source.Given.Length > 0
        ? IsOfContents(failure, source)
        : failure.Kind is StorageErrorKind.NotFound or StorageErrorKind.NotSupported or StorageErrorKind.Busy
            or StorageErrorKind.AccessDenied or StorageErrorKind.Corrupt or StorageErrorKind.DigestMismatch
            or StorageErrorKind.Io;

    /// <summary>An archive that lies can fail in every way in which one can be unpacked: a link to what is not there
    /// is NotFound. Only with a known length the disk was too small for the right one, too.</summary>
    private static bool IsOfContents(StorageException failure, PeerSource source) =>
        failure.Kind != StorageErrorKind.Cancelled
        && (failure.Kind != StorageErrorKind.NoSpace || source.SizeBytes is null);
}
