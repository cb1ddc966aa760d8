// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Unix;

public sealed class FileLockSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();

    private string LockPath => _directory["missing/layers.lock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Should_create_the_file_and_its_directory_when_they_are_missing()
    {
        using var fileLock = FileLock.Open(LockPath);

        Assert.Equal(0, new FileInfo(LockPath).Length);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(LockPath)!));
    }

    [Theory]
    [InlineData(LockMode.Exclusive, LockMode.Exclusive, false)]
    [InlineData(LockMode.Exclusive, LockMode.Shared, false)]
    [InlineData(LockMode.Shared, LockMode.Exclusive, false)]
    [InlineData(LockMode.Shared, LockMode.Shared, true)]
    public void Should_exclude_another_handle_of_the_same_process(LockMode held, LockMode wanted, bool granted)
    {
        using var first = FileLock.Open(LockPath);
        using var second = FileLock.Open(LockPath);
        Assert.True(first.TryAcquire(held));

        Assert.Equal(granted, second.TryAcquire(wanted));
    }

    [Fact]
    public void Should_keep_the_lock_when_another_handle_of_the_file_is_closed()
    {
        using var holder = FileLock.Open(LockPath);
        Assert.True(holder.TryAcquire(LockMode.Exclusive));

        FileLock.Open(LockPath).Dispose();

        using var other = FileLock.Open(LockPath);
        Assert.False(other.TryAcquire(LockMode.Shared));
    }

    [Fact]
    public void Should_wait_for_a_record_lock_of_another_process_and_name_it()
    {
        using var mine = FileLock.Open(LockPath);
        using var holder = RecordLockHolder.Start(LockPath);
        Assert.False(mine.TryAcquire(LockMode.Shared));
        var named = mine.FindHolder(LockMode.Exclusive);

        Assert.Equal(holder.Pid, named?.Pid);
        Assert.Contains("perl", named!.Command, StringComparison.Ordinal);

        using var granted = new ManualResetEventSlim();
        LockWait.Begin(mine, LockMode.Exclusive, cause =>
        {
            Assert.Null(cause);
            granted.Set();
        });
        holder.Release();
        Assert.True(granted.Wait(Patience));
        Assert.False(RecordLockHolder.CanLock(LockPath));

        mine.Release();
        Assert.True(RecordLockHolder.CanLock(LockPath));
    }

    [Fact]
    public void Should_name_the_process_that_holds_an_open_file_description_lock()
    {
        using var holder = FileLock.Open(LockPath);
        using var other = FileLock.Open(LockPath);
        Assert.True(holder.TryAcquire(LockMode.Exclusive));

        Assert.Equal(Environment.ProcessId, other.FindHolder(LockMode.Shared)?.Pid);
        holder.Release();
        Assert.Null(other.FindHolder(LockMode.Exclusive));
    }

    [Fact]
    public void Should_read_back_the_token_and_tell_it_from_every_other()
    {
        using var fileLock = FileLock.Open(LockPath);
        Assert.Equal(LockToken.Empty, fileLock.ReadToken());
        Assert.True(fileLock.TryAcquire(LockMode.Exclusive));

        var token = LockToken.New(TimeProvider.System);
        fileLock.WriteToken(new LinuxDisk(), token);

        Assert.Equal(token, fileLock.ReadToken());
        Assert.Equal(LockToken.Length, new FileInfo(LockPath).Length);
        Assert.NotEqual(token, LockToken.New(TimeProvider.System));
    }

    [Fact]
    public void Should_refuse_to_take_a_read_only_lock_exclusively()
    {
        FileLock.Open(LockPath).Dispose();
        using var readOnly = FileLock.Open(LockPath, readOnly: true);

        Assert.True(readOnly.TryAcquire(LockMode.Shared));
        var refused = Assert.Throws<StorageException>(
            () => readOnly.WriteToken(new LinuxDisk(), LockToken.New(TimeProvider.System)));
        Assert.Equal(StorageErrorKind.ReadOnly, refused.Kind);
    }
}

/// <summary>A real process with a POSIX record lock, as the Go tools take it: perl is on every Debian.</summary>
internal sealed class RecordLockHolder : IDisposable
{
    private const string Script = """
        use Fcntl; $| = 1;
        open(my $f, '+>>', $ARGV[0]) or die; my $l = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0);
        fcntl($f, $ARGV[1] eq 'try' ? F_SETLK : F_SETLKW, $l) or exit 3;
        print "held\n"; <STDIN> if $ARGV[1] eq 'hold';
        """;

    private readonly Process _process;

    private RecordLockHolder(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <summary>Returns when the other process holds the lock.</summary>
    public static RecordLockHolder Start(string path)
    {
        var process = Run(path, "hold");
        Assert.Equal("held", process.StandardOutput.ReadLine());
        return new RecordLockHolder(process);
    }

    public static bool CanLock(string path)
    {
        using var process = Run(path, "try");
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public void Release() => _process.StandardInput.Close();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Run(string path, string mode) =>
        Process.Start(new ProcessStartInfo("perl", ["-e", Script, path, mode])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
