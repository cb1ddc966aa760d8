// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>
/// Another process that holds the write lock on a file the way the Go tools do: a POSIX record lock over the whole
/// file. It holds the lock until it is disposed of, so nothing depends on how long a test takes.
/// </summary>
public sealed class LockHolder : IAsyncDisposable
{
    // Perl is part of every Debian, and so is its Fcntl. The packed value is struct flock on 64-bit Linux.
    private const string Script = """
        use Fcntl qw(:DEFAULT :seek);
        sysopen(my $file, $ARGV[0], O_RDWR | O_CREAT, 0644) or die "open $ARGV[0]: $!";
        my $whole = pack("s s x4 q q i x4", F_WRLCK, SEEK_SET, 0, 0, 0);
        fcntl($file, F_SETLKW, $whole) or die "lock: $!";
        open(my $ready, ">", $ARGV[1]) or die "open $ARGV[1]: $!";
        close $ready;
        my $line = <STDIN>;
        """;

    private readonly RunningTool _process;

    private LockHolder(RunningTool process) => _process = process;

    public int ProcessId => _process.ProcessId;

    /// <summary>Returns when the lock is held.</summary>
    public static async Task<LockHolder> TakeAsync(StorageRoot root, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var ready = root.File("lock-is-held");
        File.Delete(ready);
        var process = Command.Start("perl", "-e", Script, path, ready);
        await Eventually.TrueAsync(() => File.Exists(ready) || !process.IsRunning, "the lock is held");
        if (!process.IsRunning) Assert.Fail($"the holder ended early\n{await process.EndAsync()}");
        return new LockHolder(process);
    }

    /// <summary>Waits until another process waits for a lock on the file.</summary>
    public static Task SomebodyWaitsAsync(string path)
    {
        var inode = InodeOf(path);
        return Eventually.TrueAsync(
            () => File.ReadAllLines("/proc/locks").Any(line => line.Contains("->", StringComparison.Ordinal)
                && line.Contains($":{inode} ", StringComparison.Ordinal)),
            $"somebody waits for {path}");
    }

    /// <summary>Ends its input: it ends, and with it the lock goes.</summary>
    public async ValueTask DisposeAsync() => (await _process.EndAsync()).Succeeded();

    private static string InodeOf(string path) =>
        Command.RunAsync("stat", "--format=%i", path).GetAwaiter().GetResult().Succeeded().Output.Trim();
}
