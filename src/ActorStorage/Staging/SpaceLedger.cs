// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Staging;

/// <summary>A claim on room that is not used yet.</summary>
public readonly record struct ReservationId(Guid Value)
{
    public override string ToString() => Value.ToString("N", CultureInfo.InvariantCulture);
}

/// <summary>
/// Who may still write how much: what is reserved counts as used, so that a layer is refused before anything of it is
/// written and not in the middle. A reservation stands until it is let go or its time is over; while its layer is
/// written it counts besides what is written already, which errs on the safe side. Thread safe.
/// </summary>
/// <param name="usedBytes">What the store takes up; asked only when there is a ceiling.</param>
internal sealed class SpaceLedger(StorageSettings settings, Rooms rooms, Func<long> usedBytes)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<ReservationId, Claim> _claims = [];

    public long ReservedBytes
    {
        get
        {
            lock (_changing)
            {
                DropExpired();
                return Sum(_claims.Values);
            }
        }
    }

    /// <summary>Asks the kernel: on an own thread only.</summary>
    /// <param name="inImageStore">Where the room is wanted in a store whose images lie apart.</param>
    /// <param name="instead">A reservation that goes over into this one; null for none.</param>
    /// <exception cref="StorageException">NoSpace: it would cross the floor or the ceiling. Busy: too many stand
    /// already. Nothing was changed.</exception>
    public ReservationId Reserve(
        long bytes, DateTimeOffset until, bool inImageStore = false, ReservationId? instead = null)
    {
        var room = rooms.Where(inImageStore);
        var free = rooms.All.Select(each => (Room: each, Bytes: each.FreeBytes())).ToArray();
        var used = settings.UseBytesMax is null ? 0 : usedBytes();
        lock (_changing)
        {
            DropExpired();
            var own = instead is { } id ? _claims.GetValueOrDefault(id) : null;
            // One that has reserved what it needs is not refused any more.
            var needed = Math.Max(bytes, own?.Bytes ?? 0);
            var others = _claims.Values.Where(claim => !ReferenceEquals(claim, own)).ToArray();
            // Of every layer something goes to each file system, if only its tar-split file.
            foreach (var (where, freeBytes) in free)
                RefuseBelowFloor(where, freeBytes, where == room ? needed : 0, others);
            if (settings.UseBytesMax is { } max && used + Sum(others) + needed > max) throw Refused(
                needed, $"the store has {used} bytes, {Sum(others)} are reserved, and {max} is the most it may have");
            if (own is null && _claims.Count >= settings.StagingQueueMax) throw new StorageException(
                StorageErrorKind.Busy, $"{_claims.Count} reservations of room stand already");
            if (instead is { } over) _claims.Remove(over);
            var reservation = new ReservationId(Guid.NewGuid());
            _claims.Add(reservation, new Claim(needed, until, room));
            return reservation;
        }
    }

    /// <returns>False when there is no such reservation any more.</returns>
    public bool Release(ReservationId reservation)
    {
        lock (_changing) return _claims.Remove(reservation);
    }

    private void RefuseBelowFloor(Room room, long freeBytes, long needed, Claim[] others)
    {
        var reserved = Sum(others.Where(claim => claim.Room == room));
        if (freeBytes - reserved - needed >= settings.FreeBytesMin) return;
        throw Refused(
            needed,
            $"{freeBytes} bytes are free in {room.Path}, {reserved} reserved, " +
            $"and {settings.FreeBytesMin} must stay free");
    }

    private void DropExpired()
    {
        var now = settings.Time.GetUtcNow();
        foreach (var (id, _) in _claims.Where(each => each.Value.Until <= now).ToArray()) _claims.Remove(id);
    }

    private static long Sum(IEnumerable<Claim> claims) => claims.Sum(claim => claim.Bytes);

    // Begins with the kernel's words, which scripts look for.
    private static StorageException Refused(long bytes, string why) =>
        new(StorageErrorKind.NoSpace, $"no space left on device: {bytes} bytes are wanted, {why}");

    private sealed record Claim(long Bytes, DateTimeOffset Until, Room Room);
}
