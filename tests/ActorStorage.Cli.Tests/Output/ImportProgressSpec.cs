// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Tests.Output;

public sealed class ImportProgressSpec : IDisposable
{
    private readonly MemoryStream _error = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public async Task Should_print_one_plain_line_per_layer_when_nobody_watches()
    {
        await RunAsync(quiet: false, errorIsTerminal: false);
        var lines = Text().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("b.tar: committed x (7 files, 1.0 KiB, ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("a.tar: failed (0 files, 0 B, ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_print_nothing_when_told_to_be_quiet(bool errorIsTerminal)
    {
        await RunAsync(quiet: true, errorIsTerminal);
        Assert.Equal("", Text());
    }

    [Fact]
    public async Task Should_leave_only_lasting_lines_when_the_terminal_is_wiped()
    {
        await RunAsync(quiet: false, errorIsTerminal: true);
        Assert.Equal(2, Screen().Count);
        Assert.StartsWith("b.tar: committed x", Screen()[0], StringComparison.Ordinal);
        Assert.StartsWith("a.tar: failed", Screen()[1], StringComparison.Ordinal);
    }

    private async Task RunAsync(bool quiet, bool errorIsTerminal)
    {
        var terminal = new Terminal(Stream.Null, _error, errorIsTerminal);
        await using var progress = new ImportProgress(terminal, ["a.tar", "b.tar"], quiet);
        var (a, b) = (progress.Of(0), progress.Of(1));
        b.Report(new StagingProgress(LayerId.Random(), StagingPhase.Unpacking, 1024, null, 2048, 7));
        b.Finish("committed x");
        a.Finish("failed");
    }

    private string Text() => Encoding.UTF8.GetString(_error.ToArray());

    /// <summary>What stands on the screen in the end: "n lines up, wipe to the end" is all that is used.</summary>
    private List<string> Screen()
    {
        var lines = new List<string>();
        foreach (var line in Text().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = line;
            if (rest.StartsWith("\u001b[", StringComparison.Ordinal))
            {
                var end = rest.IndexOf('A', StringComparison.Ordinal);
                var up = int.Parse(rest.AsSpan(2, end - 2), System.Globalization.CultureInfo.InvariantCulture);
                lines.RemoveRange(lines.Count - up, up);
                rest = rest[(end + 1)..].Replace("\u001b[J", "", StringComparison.Ordinal);
            }
            if (rest.Length > 0) lines.Add(rest);
        }
        return lines;
    }
}
