// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Tests.Safety;

/// <summary>
/// Files that nobody may touch. What is created, changed, linked or removed shows in what the kernel keeps of them;
/// what is read shows in the times of access, which lie in the past, where the file system keeps those.
/// </summary>
internal sealed class Canary
{
    /// <summary>What stands in each of the files.</summary>
    public const string Song = "the canary sings only here";

    private static readonly FileTime Past = new(1_000_000_000, 1);
    private readonly LinuxDisk _disk = new();
    private readonly string[] _paths;
    private readonly string _before;

    /// <param name="directories">Below the path, parents first.</param>
    /// <param name="files">Likewise.</param>
    public Canary(string path, string[] directories, string[] files)
    {
        Directory.CreateDirectory(path);
        foreach (var name in directories) Directory.CreateDirectory(System.IO.Path.Combine(path, name));
        foreach (var name in files) File.WriteAllText(System.IO.Path.Combine(path, name), Song);
        _paths = [path, .. directories.Concat(files).Select(name => System.IO.Path.Combine(path, name))];
        using (var root = _disk.OpenDirectory(path))
        {
            foreach (var name in files.Concat(directories)) _disk.SetTimes(root, name, Past, Past);
            _disk.SetTimes(root, Past, Past);
        }
        Path = path;
        _before = Seen();
    }

    public string Path { get; }

    /// <param name="during">What may have touched it.</param>
    public void AssertUntouched(string during)
    {
        var now = Seen();
        Assert.True(_before == now, $"{during} touched\n{_before}\nwhich is now\n{now}");
    }

    /// <summary>Nothing is opened here: that would be an access too.</summary>
    private string Seen() => string.Join('\n', _paths.Select(path =>
    {
        if (Syscall.lstat(path, out var status) != 0) return $"{path} is gone";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{path} {status.st_ino} mode {(uint)status.st_mode:x} owner {status.st_uid}:{status.st_gid}"
            + $" links {status.st_nlink} size {status.st_size} accessed {status.st_atime}.{status.st_atime_nsec}"
            + $" modified {status.st_mtime}.{status.st_mtime_nsec} changed {status.st_ctime}.{status.st_ctime_nsec}");
    }));
}
