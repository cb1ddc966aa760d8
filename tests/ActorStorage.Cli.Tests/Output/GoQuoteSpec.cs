// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Tests.Output;

public sealed class GoQuoteSpec
{
    [Theory]
    [InlineData("/plain path", "\"/plain path\"")]
    [InlineData("a\"b\\c\a\b\f\n\r\t\v", "\"a\\\"b\\\\c\\a\\b\\f\\n\\r\\t\\v\"")]
    [InlineData("\u0001\u007f\0", "\"\\x01\\x7f\\x00\"")]
    [InlineData("caf\u00e9 \u20ac \ud83d\ude00", "\"caf\u00e9 \u20ac \ud83d\ude00\"")]
    [InlineData("\u00a0\u200b\u2028\ue000", "\"\\u00a0\\u200b\\u2028\\ue000\"")]
    [InlineData("\udb40\udc01", "\"\\U000e0001\"")]
    [InlineData("a\0\u00ff\0\u0080b", "\"a\\xff\\x80b\"")]
    public void Should_quote_as_go_does(string text, string quoted) => Assert.Equal(quoted, GoQuote.Of(text));

    [Fact]
    public void Should_cut_nothing() => Assert.Equal(5002, GoQuote.Of(new string('x', 5000)).Length);

    [Fact]
    public void Should_replace_bytes_that_are_not_utf8_in_json() =>
        Assert.Equal("\"a\\ufffd\\ufffdb\""u8, GoJson.Of("a\0\u00ff\0\u0080b").Bytes);
}
