// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>
/// A date as the documents hold it: RFC 3339 with up to nine fractional digits and any zone. The text is the value,
/// because this runtime's own dates stop at 100 ns and would change what other writers wrote.
/// </summary>
public readonly record struct Timestamp : IComparable<Timestamp>
{
    private const string ZeroText = "0001-01-01T00:00:00Z";
    private const int SecondsLength = 19;       // 2026-01-31T23:59:59
    private const int FractionMax = 9;
    private readonly string? _text;

    /// <param name="text">Written back in the shortest form of the same moment and zone.</param>
    /// <exception cref="StorageException">The text is not a date of RFC 3339.</exception>
    public Timestamp(string text)
    {
        _text = Normal(text, out _)
            ?? throw new StorageException(StorageErrorKind.Invalid, $"{Quoted.Text(text)} is not a date of RFC 3339");
    }

    /// <summary>What a missing date reads as.</summary>
    public static Timestamp Zero => default;

    public string Text => _text ?? ZeroText;

    public FileTime Moment
    {
        get
        {
            _ = Normal(Text, out var moment);
            return moment;
        }
    }

    public static Timestamp Now(TimeProvider time) => Of(time.GetUtcNow());

    public static Timestamp Of(DateTimeOffset moment) =>
        new(moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>Whether the text is a date; the value when it is.</summary>
    public static bool TryParse(string text, out Timestamp timestamp)
    {
        var valid = Normal(text, out _) is not null;
        timestamp = valid ? new Timestamp(text) : default;
        return valid;
    }

    public bool Equals(Timestamp other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public int CompareTo(Timestamp other)
    {
        var (mine, theirs) = (Moment, other.Moment);
        var bySecond = mine.Seconds.CompareTo(theirs.Seconds);
        return bySecond != 0 ? bySecond : mine.Nanoseconds.CompareTo(theirs.Nanoseconds);
    }

    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;

    public override string ToString() => Text;

    private static string? Normal(string text, out FileTime moment)
    {
        moment = default;
        if (text.Length <= SecondsLength || Seconds(text.AsSpan(0, SecondsLength)) is not { } seconds) return null;
        var rest = text.AsSpan(SecondsLength);
        var digits = 0;
        if (rest[0] == '.')
        {
            digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0) return null;
        }
        var fraction = digits == 0 ? default : rest.Slice(1, Math.Min(digits, FractionMax)).TrimEnd('0');
        var zone = digits == 0 ? rest : rest[(digits + 1)..];
        if (OffsetSeconds(zone) is not { } offset) return null;

        moment = new FileTime(seconds - offset, Nanoseconds(fraction));
        var zoneText = offset == 0 ? "Z" : zone;
        var kept = SecondsLength + (fraction.IsEmpty ? 0 : fraction.Length + 1);
        return kept + zoneText.Length == text.Length && text.EndsWith(zoneText.ToString(), StringComparison.Ordinal)
            ? text
            : string.Concat(text.AsSpan(0, kept), zoneText);
    }

    private static long? Seconds(ReadOnlySpan<char> text)
    {
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return null;
        if (Number(text[..4]) is not { } year || Number(text.Slice(5, 2)) is not { } month
            || Number(text.Slice(8, 2)) is not { } day || Number(text.Slice(11, 2)) is not { } hour
            || Number(text.Slice(14, 2)) is not { } minute || Number(text.Slice(17, 2)) is not { } second)
        {
            return null;
        }
        // A year 0 has the length of any leap year; the calendar here begins with year 1.
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year == 0 ? 4 : year, month)) return null;
        if (hour > 23 || minute > 59 || second > 59) return null;
        return (Days(year, month, day) * 86_400L) + (hour * 3600) + (minute * 60) + second;
    }

    /// <summary>Days since 1970-01-01, with the year beginning in March so that the leap day comes last.</summary>
    private static long Days(int year, int month, int day)
    {
        var shifted = month > 2 ? year : year - 1;
        var era = (shifted >= 0 ? shifted : shifted - 399) / 400;
        var yearOfEra = shifted - (era * 400);
        var dayOfYear = (((153 * ((month + 9) % 12)) + 2) / 5) + day - 1;
        return (era * 146_097L) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
    }

    private static int? OffsetSeconds(ReadOnlySpan<char> zone)
    {
        if (zone is "Z") return 0;
        if (zone.Length != 6 || zone[0] is not ('+' or '-') || zone[3] != ':') return null;
        if (Number(zone.Slice(1, 2)) is not { } hours || Number(zone.Slice(4, 2)) is not { } minutes) return null;
        if (hours > 23 || minutes > 59) return null;
        var seconds = (hours * 3600) + (minutes * 60);
        return zone[0] == '-' ? -seconds : seconds;
    }

    private static long Nanoseconds(ReadOnlySpan<char> fraction)
    {
        var value = 0L;
        for (var i = 0; i < FractionMax; i++) value = (value * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        return value;
    }

    private static int? Number(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
