// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk;
using Google.Protobuf;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>
/// A digest in 16 bytes: the beginning of a SHA-256, or of the SHA-256 of the text of another digest. By chance no two
/// digests share one; where somebody made two that do, a node is asked in vain or waits in vain for a while, because
/// whoever gets a layer checks all of its digest.
/// </summary>
/// <param name="First">Its first 8 bytes, little-endian, as on the wire.</param>
internal readonly record struct DigestKey(ulong First, ulong Second)
{
    public const int Size = 16;

    public static DigestKey Of(Digest digest)
    {
        Span<byte> hash = stackalloc byte[32];
        if (digest.IsSha256) Convert.FromHexString(digest.Value.AsSpan()["sha256:".Length..], hash, out _, out _);
        else SHA256.HashData(Encoding.ASCII.GetBytes(digest.Value), hash);
        return MemoryMarshal.Read<DigestKey>(hash);
    }

    public static ReadOnlySpan<DigestKey> From(ByteString bytes) =>
        MemoryMarshal.Cast<byte, DigestKey>(bytes.Span);

    public static ByteString Bytes(ReadOnlySpan<DigestKey> keys) => ByteString.CopyFrom(MemoryMarshal.AsBytes(keys));

    public ByteString Bytes() => Bytes([this]);

    /// <summary>From 0 to one less than there are.</summary>
    public int Bucket(int buckets) => (int)Math.BigMul(First, (ulong)buckets, out _);

    /// <summary>It is a hash already. All keys of a bucket begin alike.</summary>
    public override int GetHashCode() => (int)Second;
}
