// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Index;

public sealed class TimestampSpec
{
    [Theory]
    [InlineData("2026-06-01T12:13:14.123456789Z", "2026-06-01T12:13:14.123456789Z")]
    [InlineData("2026-06-01T12:13:14.123456789+05:30", "2026-06-01T12:13:14.123456789+05:30")]
    [InlineData("2026-06-01T12:13:14.100-08:00", "2026-06-01T12:13:14.1-08:00")]
    [InlineData("2026-06-01T12:13:14.000Z", "2026-06-01T12:13:14Z")]
    [InlineData("2026-06-01T12:13:14.123456789999Z", "2026-06-01T12:13:14.123456789Z")]
    [InlineData("2026-06-01T12:13:14+00:00", "2026-06-01T12:13:14Z")]
    [InlineData("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z")]
    public void Should_keep_moment_and_zone_in_the_shortest_form(string text, string expected) =>
        Assert.Equal(expected, new Timestamp(text).Text);

    [Theory]
    [InlineData("")]
    [InlineData("2026-06-01T12:13:14")]
    [InlineData("2026-06-01 12:13:14Z")]
    [InlineData("2026-06-01t12:13:14Z")]
    [InlineData("2026-06-01T12:13:14z")]
    [InlineData("2026-06-01T24:00:00Z")]
    [InlineData("2026-06-01T12:13:60Z")]
    [InlineData("2026-02-29T12:13:14Z")]
    [InlineData("2026-13-01T12:13:14Z")]
    [InlineData("2026-06-01T12:13:14.Z")]
    [InlineData("2026-06-01T12:13:14.5")]
    [InlineData("2026-06-01T12:13:14,5Z")]
    [InlineData("2026-06-01T12:13:14+24:00")]
    [InlineData("2026-06-01T12:13:14+0100")]
    [InlineData("2026-06-01T12:13:14Z ")]
    [InlineData("+026-06-01T12:13:14Z")]
    public void Should_refuse_what_is_no_date(string text)
    {
        Assert.False(Timestamp.TryParse(text, out _));
        Assert.Equal(StorageErrorKind.Invalid, Assert.Throws<StorageException>(() => new Timestamp(text)).Kind);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59.5Z")]
    [InlineData("2000-02-29T23:59:59+01:00")]
    [InlineData("2100-03-01T00:00:00.0000001-11:59")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void Should_know_the_moment_as_the_runtime_does(string text)
    {
        var ticks = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);

        Assert.Equal(new FileTime(seconds, rest * 100), new Timestamp(text).Moment);
    }

    [Fact]
    public void Should_order_by_moment_when_zones_differ()
    {
        var early = new Timestamp("2026-06-01T12:00:00.000000001+02:00");
        var late = new Timestamp("2026-06-01T10:00:00.000000002Z");

        Assert.True(early < late && late > early && early <= late && late >= early);
    }

    [Fact]
    public void Should_be_the_first_year_when_nothing_was_set()
    {
        Assert.Equal("0001-01-01T00:00:00Z", default(Timestamp).Text);
        Assert.Equal(Timestamp.Zero, new Timestamp("0001-01-01T00:00:00Z"));
    }

    [Fact]
    public void Should_write_universal_time_without_trailing_zeros_when_made_from_a_clock()
    {
        var moment = new DateTimeOffset(2026, 6, 1, 12, 0, 0, 120, TimeSpan.FromHours(2));

        Assert.Equal("2026-06-01T10:00:00.12Z", Timestamp.Of(moment).Text);
        Assert.Equal("2026-06-01T10:00:00Z", Timestamp.Of(moment.AddMilliseconds(-120)).Text);
    }
}
