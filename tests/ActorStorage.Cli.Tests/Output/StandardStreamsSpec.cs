// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Tests.Output;

public sealed class StandardStreamsSpec
{
    [Fact]
    public void Should_know_that_nobody_reads_when_the_pipe_is_broken()
    {
        Assert.Equal(0, Syscall.pipe(out var reading, out var writing));
        var output = new StandardOutput(writing);
        output.Write("x"u8);
        Assert.False(output.IsBroken);
        Assert.Equal(0, Syscall.close(reading));
        Assert.Throws<IOException>(() => output.Write("y"u8));
        Assert.True(output.IsBroken);
        Assert.Equal(0, Syscall.close(writing));
    }

    [Fact]
    public async Task Should_end_the_wait_for_bytes_when_cancelled()
    {
        Assert.Equal(0, Syscall.pipe(out var reading, out var writing));
        using var stopping = new CancellationTokenSource();
        await using var input = new StandardInput(reading, stopping.Token);
        var waiting = Task.Run(() => input.Read(new byte[1]));
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, Syscall.close(reading));
        Assert.Equal(0, Syscall.close(writing));
    }

    [Fact]
    public void Should_read_to_the_end_when_the_writer_closes()
    {
        Assert.Equal(0, Syscall.pipe(out var reading, out var writing));
        new StandardOutput(writing).Write("hello"u8);
        Assert.Equal(0, Syscall.close(writing));
        using var input = new StandardInput(reading, CancellationToken.None);
        using var text = new StreamReader(input);
        Assert.Equal("hello", text.ReadToEnd());
        Assert.Equal(0, Syscall.close(reading));
    }

    [Fact]
    public void Should_close_nothing_of_others_when_it_is_disposed_of_by_reader_and_owner()
    {
        Assert.Equal(0, Syscall.pipe(out var reading, out var writing));
        var input = new StandardInput(reading, CancellationToken.None);
        input.Dispose();
        // The lowest free numbers are given out first: those that have just become free.
        var others = Enumerable.Range(0, 8).Select(_ => Syscall.dup(reading)).ToArray();

        input.Dispose();

        Assert.All(others, other => Assert.Equal(0, Syscall.close(other)));
        Assert.Equal(0, Syscall.close(reading));
        Assert.Equal(0, Syscall.close(writing));
    }
}
