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
/// <param name="freeBytes">What the file system has left for us.</param>
/// <param name="usedBytes">What the store takes up; asked only when there is a ceiling.</param>
internal sealed class SpaceLedger(StorageSettings settings, Func<long> freeBytes, Func<long> usedBytes)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<ReservationId, (long Bytes, DateTimeOffset Until)> _reserved = [];

    public long ReservedBytes
    {
        get
        {
            lock (_changing)
            {
                DropExpired();
                return _reserved.Values.Sum(each => each.Bytes);
            }
        }
    }

    /// <summary>Asks the kernel: on an own thread only.</summary>
    /// <param name="instead">A reservation that goes over into this one; null for none.</param>
    /// <exception cref="StorageException">NoSpace: it would cross the floor or the ceiling. Busy: too many stand
    /// already. Nothing was changed.</exception>
    public ReservationId Reserve(long bytes, DateTimeOffset until, ReservationId? instead = null)
    {
        var (free, used) = (freeBytes(), settings.UseBytesMax is null ? 0 : usedBytes());
        lock (_changing)
        {
            DropExpired();
            var old = instead is { } id && _reserved.TryGetValue(id, out var own) ? own.Bytes : 0;
            // One that has reserved what it needs is not refused any more.
            var needed = Math.Max(bytes, old);
            var others = _reserved.Values.Sum(each => each.Bytes) - old;
            if (free - others - needed < settings.FreeBytesMin) throw Refused(
                needed, $"{free} bytes are free, {others} reserved, and {settings.FreeBytesMin} must stay free");
            if (settings.UseBytesMax is { } max && used + others + needed > max) throw Refused(
                needed, $"the store has {used} bytes, {others} are reserved, and {max} is the most it may have");
            if (old == 0 && _reserved.Count >= settings.StagingQueueMax) throw new StorageException(
                StorageErrorKind.Busy, $"{_reserved.Count} reservations of room stand already");
            if (instead is { } over) _reserved.Remove(over);
            var reservation = new ReservationId(Guid.NewGuid());
            _reserved.Add(reservation, (needed, until));
            return reservation;
        }
    }

    /// <returns>False when there is no such reservation any more.</returns>
    public bool Release(ReservationId reservation)
    {
        lock (_changing) return _reserved.Remove(reservation);
    }

    private void DropExpired()
    {
        var now = settings.Time.GetUtcNow();
        foreach (var (id, _) in _reserved.Where(each => each.Value.Until <= now).ToArray()) _reserved.Remove(id);
    }

    // Begins with the kernel's words, which scripts look for.
    private static StorageException Refused(long bytes, string why) =>
        new(StorageErrorKind.NoSpace, $"no space left on device: {bytes} bytes are wanted, {why}");
}
