// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

public sealed class BehindSpec
{
    private readonly List<int> _done = [];
    private readonly List<int> _disposed = [];

    [Fact]
    public void Should_do_everything_in_order_on_one_other_thread()
    {
        var threads = new HashSet<int>();
        using var behind = new Behind<Piece>("spec", 3, piece =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            _done.Add(piece.Number);
        });
        for (var number = 0; number < 1000; number++) behind.Add(new Piece(number, _disposed));
        behind.Drain();
        Assert.Equal(Enumerable.Range(0, 1000), _done);
        Assert.Equal(_done, _disposed);
        Assert.NotEqual(Environment.CurrentManagedThreadId, Assert.Single(threads));
    }

    [Fact]
    public void Should_wait_when_too_much_is_waiting()
    {
        using var gate = new ManualResetEventSlim();
        using var behind = new Behind<Piece>("spec", 2, piece =>
        {
            gate.Wait();
            lock (_done) _done.Add(piece.Number);
        });
        var added = 0;
        var adding = new Thread(() =>
        {
            for (var number = 0; number < 10; number++)
            {
                behind.Add(new Piece(number, _disposed));
                Interlocked.Increment(ref added);
            }
        });
        adding.Start();
        // One is being done and two wait; the next one does not get in.
        Assert.False(adding.Join(200));
        Assert.InRange(Volatile.Read(ref added), 1, 3);
        gate.Set();
        adding.Join();
        behind.Drain();
        Assert.Equal(10, _done.Count);
    }

    [Fact]
    public void Should_say_what_failed_and_do_no_more()
    {
        using var behind = new Behind<Piece>("spec", 3, piece =>
        {
            if (piece.Number == 5) throw new StorageException(StorageErrorKind.NoSpace, "full");
            _done.Add(piece.Number);
        });
        var refused = Assert.Throws<StorageException>(() =>
        {
            for (var number = 0; number < 1000; number++) behind.Add(new Piece(number, _disposed));
        });
        Assert.Same(refused, Assert.Throws<StorageException>(behind.Drain));
        Assert.Equal([0, 1, 2, 3, 4], _done);
        Assert.Equal(Enumerable.Range(0, _disposed.Count), _disposed);
        Assert.True(_disposed.Count is > 5 and < 20, $"{_disposed.Count} were taken");
    }

    [Fact]
    public void Should_dispose_of_what_is_not_done_any_more()
    {
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var behind = new Behind<Piece>("spec", 3, piece =>
        {
            begun.Set();
            gate.Wait();
            _done.Add(piece.Number);
        });
        for (var number = 0; number < 3; number++) behind.Add(new Piece(number, _disposed));
        begun.Wait();
        var ending = new Thread(behind.Dispose);
        ending.Start();
        Assert.False(ending.Join(100));
        gate.Set();
        ending.Join();
        Assert.Equal([0], _done);
        Assert.Equal([0, 1, 2], _disposed);
    }

    private sealed class Piece(int number, List<int> disposed) : IDisposable
    {
        public int Number => number;

        public void Dispose() => disposed.Add(number);
    }
}
