// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;
using Google.Protobuf.Collections;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Values that stand in several messages, as they are written, and back. What is missing is null in the one
/// form and empty or 0 in the other.</summary>
internal static class WireValues
{
    private const long MillisecondsMax = 10L * 366 * 24 * 60 * 60 * 1000;
    private static readonly long TicksMax = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks;

    /// <summary>The longest time that a message can name.</summary>
    public static TimeSpan TimeMax { get; } = TimeSpan.FromMilliseconds(MillisecondsMax);

    public static Wire.Caller? Of(Caller caller) => caller == Caller.Anybody ? null : new Wire.Caller
    {
        WithinMs = Milliseconds(caller.Within),
        Name = caller.Name,
        TraceParent = caller.TraceParent ?? "",
    };

    public static Caller From(Wire.Caller? wire) => wire is null ? Caller.Anybody : new Caller(
        Time(wire.WithinMs), wire.Name, wire.TraceParent.Length == 0 ? null : wire.TraceParent);

    public static Wire.LeaseTerm? Of(LeaseTerm? term) => term is null ? null : new Wire.LeaseTerm
    {
        Name = term.Name,
        KeepMs = Milliseconds(term.KeepFor),
    };

    public static LeaseTerm? From(Wire.LeaseTerm? wire) =>
        wire is null ? null : new LeaseTerm(wire.Name, Length(wire.KeepMs));

    public static LeaseTerm Required(Wire.LeaseTerm? wire) => From(wire)
        ?? throw new StorageException(StorageErrorKind.Invalid, "the lease is missing");

    public static void Add(this RepeatedField<string> wire, IEnumerable<Digest> digests) =>
        wire.AddRange(digests.Select(digest => digest.Value));

    public static IReadOnlyList<Digest> Digests(IEnumerable<string> wire) => [.. wire.Select(text => new Digest(text))];

    public static Digest? OptionalDigest(string wire) => wire.Length == 0 ? null : new Digest(wire);

    public static long? OptionalSize(long wire) => wire == 0 ? null : wire;

    public static long Milliseconds(TimeSpan? time) => (long)Math.Ceiling((time ?? TimeSpan.Zero).TotalMilliseconds);

    public static TimeSpan? Time(long milliseconds) => milliseconds == 0 ? null : Length(milliseconds);

    /// <exception cref="StorageException">Invalid: so long that nobody can mean it, or add it to a date.</exception>
    public static TimeSpan Length(long milliseconds) => milliseconds is >= -MillisecondsMax and <= MillisecondsMax
        ? TimeSpan.FromMilliseconds(milliseconds)
        : throw new StorageException(StorageErrorKind.Invalid, $"{milliseconds} ms are more than ten years");

    /// <exception cref="StorageException">Invalid: beyond the calendar.</exception>
    public static DateTimeOffset Date(long ticks) => ticks >= 0 && ticks <= TicksMax
        ? DateTimeOffset.UnixEpoch.AddTicks(ticks)
        : throw new StorageException(StorageErrorKind.Invalid, $"{ticks} is no date");

    /// <summary>The kind by its name: the numbers of the enumeration are not frozen.</summary>
    public static Wire.Error Of(StorageError error) => new()
    {
        Kind = error.Kind.ToString(),
        Message = error.Message,
        Path = error.Path ?? "",
        Errno = error.Errno,
        HolderProcess = error.Holder?.Pid ?? 0,
        HolderCommand = error.Holder?.Command ?? "",
    };

    public static StorageError From(Wire.Error? wire)
    {
        if (wire is null) return new StorageError(StorageErrorKind.Io, "");
        // One of a later version is something that went wrong all the same.
        var kind = Enum.TryParse<StorageErrorKind>(wire.Kind, out var known) ? known : StorageErrorKind.Io;
        return new StorageError(
            kind, wire.Message, wire.Path.Length == 0 ? null : wire.Path, wire.Errno,
            wire.HolderProcess == 0 ? null : new LockHolder(wire.HolderProcess, wire.HolderCommand));
    }
}
