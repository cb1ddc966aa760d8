// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// The 64 bytes in a lock file that every writer replaces: whoever remembers other bytes knows that its picture of the
/// store is old. Only inequality means anything; a file that was never written gives the empty token.
/// </summary>
public readonly struct LockToken : IEquatable<LockToken>
{
    public const int Length = 64;
    private static long _counter;
    private readonly byte[]? _bytes;

    internal LockToken(ReadOnlySpan<byte> bytes) => _bytes = bytes.IsEmpty ? null : bytes.ToArray();

    public static LockToken Empty => default;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A value that no writer has used before: time, a counter, the process, and 44 random bytes.</summary>
    public static LockToken New(TimeProvider time)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var nanoseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        BinaryPrimitives.WriteInt64LittleEndian(bytes, nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Interlocked.Increment(ref _counter));
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Environment.ProcessId);
        RandomNumberGenerator.Fill(bytes[20..]);
        return new LockToken(bytes);
    }

    /// <summary>When and by which process it was written, in the numbers of the writer's own process namespace; null
    /// when it has not the length of a token.</summary>
    public (DateTimeOffset At, int ProcessId)? Writer => Bytes.Length < Length
        ? null
        : (DateTimeOffset.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64LittleEndian(Bytes) / 100),
            BinaryPrimitives.ReadInt32LittleEndian(Bytes[16..]));

    public bool Equals(LockToken other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is LockToken other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(LockToken left, LockToken right) => left.Equals(right);

    public static bool operator !=(LockToken left, LockToken right) => !left.Equals(right);
}
