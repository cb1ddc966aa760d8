// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;

namespace ActorStorage.Cli.Tests.Parsing;

public sealed class ByteCountSpec
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1234", 1234)]
    [InlineData("12b", 12)]
    [InlineData("500M", 500L << 20)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("3kb", 3 << 10)]
    [InlineData("1T", 1L << 40)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Should_read_a_number_of_bytes_with_and_without_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, ByteCount.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("1.5G")]
    [InlineData("1 M")]
    [InlineData("1P")]
    [InlineData("9223372036854775808")]
    [InlineData("9223372036854775807K")]
    public void Should_refuse_what_is_no_number_of_bytes_or_too_many(string text) => Assert.Null(ByteCount.Parse(text));
}
