// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Journal.Events;

/// <summary>Points in time as they are stored: units of 100 ns since 1970; 0 for none.</summary>
internal static class WireTime
{
    public static long Of(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks;

    public static DateTimeOffset From(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(ticks);

    public static long OfOptional(DateTimeOffset? time) => time is { } known ? Of(known) : 0;

    public static DateTimeOffset? FromOptional(long ticks) => ticks == 0 ? null : From(ticks);
}
