// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class GoDurationSpec
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5000)]
    [InlineData("300ms", 300)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData(".5s", 500)]
    [InlineData("+2s", 2000)]
    [InlineData("-2s", -2000)]
    [InlineData("1000000ns", 1)]
    [InlineData("1000us", 1)]
    [InlineData("2562047h", 2562047d * 3600 * 1000)]
    public void Should_read_a_duration_when_go_would(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("bogus")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData("1.2.3s")]
    [InlineData("-")]
    [InlineData("99999999999999h")]
    [InlineData("9223372036854775807h")]
    [InlineData("20000000h")]
    [InlineData("2562048h")]
    [InlineData("2562047h1h")]
    [InlineData("9223372036.9s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("-9223372036854775809ns")]
    public void Should_refuse_a_text_when_go_would(string text) => Assert.Null(GoDuration.Parse(text));
}
