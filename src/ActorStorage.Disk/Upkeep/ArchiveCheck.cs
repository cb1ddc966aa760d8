// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Upkeep;

/// <summary>Rebuilds the archive of a layer and compares it with what is recorded.</summary>
internal static class ArchiveCheck
{
    /// <param name="rebuild">Writes the archive, uncompressed.</param>
    /// <returns>What is wrong; null when the archive is the recorded one, byte for byte.</returns>
    internal static string? Fault(LayerRecord layer, Digest digest, Action<Stream> rebuild)
    {
        using var hash = IncrementalHash.CreateHash(Algorithm(digest));
        var measured = new HashingStream(hash);
        try
        {
            rebuild(measured);
        }
        catch (StorageException failure)
        {
            return failure.Message;
        }
        if (digest.Value[(digest.Value.IndexOf(':', StringComparison.Ordinal) + 1)..]
            != Convert.ToHexStringLower(hash.GetHashAndReset()))
        {
            return "layer content incorrect digest";
        }
        return layer.DiffSizeBytes != -1 && layer.DiffSizeBytes != measured.Length
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"read {measured.Length} bytes instead of {layer.DiffSizeBytes} bytes: layer content incorrect size")
            : null;
    }

    private static HashAlgorithmName Algorithm(Digest digest) =>
        digest.Value.StartsWith("sha512:", StringComparison.Ordinal) ? HashAlgorithmName.SHA512
        : digest.Value.StartsWith("sha384:", StringComparison.Ordinal) ? HashAlgorithmName.SHA384
        : HashAlgorithmName.SHA256;

    /// <summary>Keeps nothing of what is written but its hash and its length.</summary>
    private sealed class HashingStream(IncrementalHash hash) : Stream
    {
        private long _length;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => _length;
        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            _length += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
