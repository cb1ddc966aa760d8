// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Tests.Output;

public sealed class ProgressLineSpec
{
    [Fact]
    public void Should_show_phase_bytes_files_and_rate_when_there_is_room()
    {
        var line = ProgressLine.Render("a.tar", "unpacking", 3 << 20, 12, TimeSpan.FromSeconds(2), width: 120);
        Assert.Equal("a.tar" + new string(' ', 23) + "  unpacking     3.0 MiB       12 files    1.5 MiB/s", line);
    }

    [Fact]
    public void Should_keep_the_end_of_a_path_when_it_is_long()
    {
        var line = ProgressLine.Render("/a/very/long/path/to/the/file/layer.tar.gz", "queued", 0, 0, default, 120);
        Assert.StartsWith(".../to/the/file/layer.tar.gz  queued ", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(20)]
    [InlineData(1)]
    public void Should_never_wrap_when_the_terminal_is_narrow(int width) => Assert.True(
        ProgressLine.Render("file.tar", "unpacking", long.MaxValue, long.MaxValue, TimeSpan.FromTicks(1), width).Length
            < width);

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1L << 40, "1.0 TiB")]
    [InlineData(1L << 52, "4096.0 TiB")]
    public void Should_choose_the_unit_when_a_size_is_shown(long bytes, string expected) =>
        Assert.Equal(expected, ProgressLine.Size(bytes));
}
