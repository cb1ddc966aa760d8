// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Mono.Unix.Native;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// What people do in a mounted layer, by chance: files made, changed, removed, replaced, moved and linked. The same
/// seed does the same, to the same tree.
/// </summary>
internal sealed class RandomEdits(string root, int seed)
{
    private const int PlainMode = 0x1a4;     // 0644
    private const int PermissionsMax = 0x1000;
    private const int HoleBytes = 1 << 20;
    private static readonly string[] Names =
    [
        "a", "b", "c", "d", "dir", "e", "f", "n\u00e4", "with blank", "z", "new\nline", "back\\slash", "\u0001",
        "a.wh.b", "\ud83d\ude00", new('l', 120), "...",
    ];

    /// <summary>As a shell writes bytes that are not UTF-8.</summary>
    private static readonly string[] OddNames = ["\\377", "x\\200\\303", "\\355\\240\\200"];
    private static readonly string[] Targets = ["a", "../b", "d/f", "nowhere", "/etc/passwd", "."];
    private readonly Random _random = new(seed);

    public void Make(int count)
    {
        for (var made = 0; made < count; made++) MakeOne();
    }

    private void MakeOne()
    {
        switch (_random.Next(19))
        {
            case 0 or 1 or 2: Create(NewPath()); break;
            case 3: Directory.CreateDirectory(NewPath()); break;
            case 4: Remove(Any()); break;
            case 5: Replace(Any()); break;
            case 6: Reopen(AnyDirectory()); break;
            case 7: Move(Any(), NewPath()); break;
            case 8: Link(AnyFile(), NewPath()); break;
            case 9: SetAttribute(Any()); break;
            case 10: SetMode(Any()); break;
            case 11: SetOwner(Any()); break;
            case 12: SetTime(Any()); break;
            case 13: Append(AnyFile()); break;
            case 14: Overwrite(AnyFile()); break;
            case 15: WriteBehindHole(AnyFile()); break;
            case 16: MakeOdd(AnyDirectory() ?? root); break;
            case 17: Deepen(NewPath()); break;
            default: Truncate(AnyFile()); break;
        }
    }

    private void Create(string path)
    {
        switch (_random.Next(14))
        {
            case 0: File.CreateSymbolicLink(path, Pick(Targets)); break;
            case 1: Must(Syscall.mkfifo(path, (FilePermissions)PlainMode)); break;
            case 2:
                // Not number 0 of device 0, which is how an overlay hides a file.
                Must(Syscall.mknod(
                    path, FilePermissions.S_IFCHR | (FilePermissions)PlainMode, (ulong)(0x100 + _random.Next(9))));
                break;
            case 3: File.WriteAllBytes(path, []); break;
            case 4: Must(Syscall.mknod(path, FilePermissions.S_IFSOCK | (FilePermissions)PlainMode, 0)); break;
            case 5:
                Must(Syscall.mknod(path, FilePermissions.S_IFBLK | (FilePermissions)PlainMode, 0x7fe00001));
                break;
            default: File.WriteAllBytes(path, Noise(_random.Next(5000))); break;
        }
    }

    private static void Remove(string? path)
    {
        if (path is null) return;
        // There may be names inside that the runtime cannot write.
        if (IsDirectory(path)) Run("rm", "-r", path);
        else File.Delete(path);
    }

    /// <summary>Something of another kind under the same name.</summary>
    private void Replace(string? path)
    {
        if (path is null) return;
        var wasDirectory = IsDirectory(path);
        Remove(path);
        if (wasDirectory) Create(path);
        else Directory.CreateDirectory(path);
    }

    /// <summary>A directory made anew, which hides what was in the one below.</summary>
    private void Reopen(string? path)
    {
        if (path is null) return;
        Remove(path);
        Directory.CreateDirectory(path);
        if (_random.Next(2) == 0) File.WriteAllBytes($"{path}/{Pick(Names)}", Noise(100));
    }

    /// <summary>An overlay refuses to move a directory that lies below it; then it stays.</summary>
    private static void Move(string? path, string to)
    {
        if (path is null || to.StartsWith(path + "/", StringComparison.Ordinal)) return;
        if (Stdlib.rename(path, to) != 0) Assert.Equal(Errno.EXDEV, Stdlib.GetLastError());
    }

    private static void Link(string? path, string name)
    {
        if (path is not null) Must(Syscall.link(path, name));
    }

    private void SetAttribute(string? path)
    {
        if (path is null || Kind(path) == FilePermissions.S_IFLNK) return;
        var isPlain = Kind(path) is FilePermissions.S_IFREG or FilePermissions.S_IFDIR;
        var name = isPlain && _random.Next(3) > 0 ? "user.note" : "trusted.note";
        if (_random.Next(4) == 0) _ = Syscall.removexattr(path, name);
        else Must(Syscall.setxattr(path, name, Noise(_random.Next(30))));
    }

    private void SetMode(string? path)
    {
        if (path is not null && Kind(path) != FilePermissions.S_IFLNK)
            Must(Syscall.chmod(path, (FilePermissions)_random.Next(PermissionsMax)));
    }

    private void SetOwner(string? path)
    {
        if (path is not null) Must(Syscall.lchown(path, (uint)_random.Next(3000), (uint)_random.Next(3000)));
    }

    private void SetTime(string? path)
    {
        if (path is null) return;
        var nanoseconds = _random.Next(2) == 0 ? 0 : _random.Next(1_000_000_000);
        var time = new Timespec { tv_sec = _random.Next(1_500_000_000) - 1000, tv_nsec = nanoseconds };
        Must(Syscall.utimensat(Syscall.AT_FDCWD, path, [time, time], AtFlags.AT_SYMLINK_NOFOLLOW));
    }

    private void Append(string? path)
    {
        if (path is null) return;
        using var file = new FileStream(path, FileMode.Append);
        file.Write(Noise(70));
    }

    /// <summary>As long as before and with the time it had: only reading it would show.</summary>
    private void Overwrite(string? path)
    {
        if (path is null) return;
        var before = Status(path);
        var time = new Timespec { tv_sec = before.st_mtime, tv_nsec = before.st_mtime_nsec };
        File.WriteAllBytes(path, Noise((int)before.st_size));
        Must(Syscall.utimensat(Syscall.AT_FDCWD, path, [time, time], AtFlags.AT_SYMLINK_NOFOLLOW));
    }

    private static void Truncate(string? path)
    {
        if (path is not null) File.WriteAllBytes(path, []);
    }

    private void WriteBehindHole(string? path)
    {
        if (path is null) return;
        using var file = new FileStream(path, FileMode.Open);
        file.Position = file.Length + _random.Next(HoleBytes);
        if (_random.Next(2) == 0) file.Write(Noise(10));
        else file.SetLength(file.Position);
    }

    private void MakeOdd(string directory)
    {
        var name = Pick(OddNames);
        var what = Pick(["rm -rf", "touch -hd @7", "mkdir -p", "touch"]);
        _ = Command.RunAsync("bash", "-c", $"cd \"$1\" && {what} $'{name}'", "bash", directory)
            .GetAwaiter().GetResult();
    }

    /// <summary>Directories in directories, for later edits to hide what is deep inside.</summary>
    private void Deepen(string path)
    {
        for (var depth = 0; depth < 5; depth++)
        {
            Directory.CreateDirectory(path);
            File.WriteAllBytes($"{path}/a", Noise(20));
            path += "/d";
        }
    }

    private string? AnyFile() => AnyOf(path => Kind(path) == FilePermissions.S_IFREG);

    private string? AnyDirectory() => AnyOf(IsDirectory);

    private string? Any() => AnyOf(_ => true);

    private string? AnyOf(Func<string, bool> isWanted)
    {
        var paths = Below(root).Where(isWanted).ToList();
        return paths.Count == 0 ? null : paths[_random.Next(paths.Count)];
    }

    /// <summary>A name that is free, in a directory that is there or was just made.</summary>
    private string NewPath()
    {
        for (var tries = 0; ; tries++)
        {
            var directory = _random.Next(3) == 0 ? root : AnyDirectory() ?? root;
            var path = $"{directory}/{Pick(Names)}{(tries > 3 ? tries : "")}";
            if (Syscall.lstat(path, out _) != 0) return path;
        }
    }

    private static IEnumerable<string> Below(string directory)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            // The runtime does not read every name as it is written.
            if (Syscall.lstat(path, out _) != 0) continue;
            yield return path;
            if (!IsDirectory(path)) continue;
            foreach (var inside in Below(path)) yield return inside;
        }
    }

    private static bool IsDirectory(string path) => Kind(path) == FilePermissions.S_IFDIR;

    private static FilePermissions Kind(string path) => Status(path).st_mode & FilePermissions.S_IFMT;

    private static Stat Status(string path)
    {
        Must(Syscall.lstat(path, out var status), path);
        return status;
    }

    private static void Run(string program, params string[] arguments) =>
        Command.RunAsync(program, arguments).GetAwaiter().GetResult().Succeeded();

    private static void Must(int result, string what = "")
    {
        if (result != 0) throw new IOException($"{Stdlib.GetLastError()} {what}");
    }

    private byte[] Noise(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
