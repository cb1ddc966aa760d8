// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Staging;

public sealed class FlushAheadSpec : IDisposable
{
    private const long Every = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FaultyDisk _disk = new();
    private readonly DirectoryHandle _directory;
    private readonly SemaphoreSlim _flushed = new(0);

    public FlushAheadSpec()
    {
        _directory = _disk.OpenDirectory(Path.GetTempPath());
        _disk.BeforeSyncFileSystem = () => _flushed.Release();
    }

    public void Dispose()
    {
        _directory.Dispose();
        _flushed.Dispose();
    }

    [Fact]
    public void Should_flush_as_it_goes_and_once_more_at_the_end()
    {
        using var flush = new FlushAhead(_disk, _directory, static () => true, Every);
        flush.Wrote(Every);
        Assert.True(_flushed.Wait(Patience));
        // Until the first one is over this begins none.
        Assert.True(SpinWait.SpinUntil(() => BeginsAnother(flush), Patience));
        flush.Finish();
        Assert.Equal(1, _flushed.CurrentCount);
    }

    [Fact]
    public void Should_flush_only_at_the_end_when_little_was_written()
    {
        using var flush = new FlushAhead(_disk, _directory, static () => true, Every);
        flush.Wrote(Every - 1);
        flush.Finish();
        Assert.Equal(1, _flushed.CurrentCount);
    }

    [Fact]
    public void Should_flush_only_at_the_end_when_no_core_is_spare()
    {
        using var flush = new FlushAhead(_disk, _directory, static () => false, Every);
        for (var count = 1; count < 10; count++) flush.Wrote(count * Every);
        flush.Finish();
        Assert.Equal(1, _flushed.CurrentCount);
    }

    [Fact]
    public void Should_fail_at_the_end_when_a_flush_before_it_failed()
    {
        using var failed = new SemaphoreSlim(0);
        _disk.BeforeSyncFileSystem = () =>
        {
            failed.Release();
            throw new StorageException(StorageErrorKind.Io, "the medium is gone");
        };
        using var flush = new FlushAhead(_disk, _directory, static () => true, Every);
        var fault = Assert.Throws<StorageException>(() =>
        {
            flush.Wrote(Every);
            Assert.True(failed.Wait(Patience));
            _disk.BeforeSyncFileSystem = null;
            flush.Finish();
        });
        Assert.Contains("the medium is gone", fault.Message, StringComparison.Ordinal);
    }

    private bool BeginsAnother(FlushAhead flush)
    {
        flush.Wrote(2 * Every);
        return _flushed.Wait(TimeSpan.FromMilliseconds(1));
    }
}
