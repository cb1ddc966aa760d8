// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Quickstart;

/// <summary>The directory that a quick start works in: tarballs, graph root and run root, and nothing of
/// others.</summary>
internal sealed class QuickstartRoot
{
    private readonly bool _existed;

    /// <param name="directory">Where; null makes a new directory among the temporary ones.</param>
    /// <exception cref="StorageException">There is something in it already.</exception>
    public QuickstartRoot(string? directory)
    {
        Path = System.IO.Path.GetFullPath(directory ?? Fresh());
        _existed = Directory.Exists(Path);
        if (_existed && Directory.EnumerateFileSystemEntries(Path).Any())
        {
            throw new StorageException(
                StorageErrorKind.AlreadyExists, $"{Path} is not empty; name a directory that is, or none", Path);
        }
        Directory.CreateDirectory(Tarballs);
    }

    public string Path { get; }
    public string Tarballs => $"{Path}/tarballs";
    public string GraphRoot => $"{Path}/root";
    public string RunRoot => $"{Path}/run";

    /// <summary>Removes what the quick start made. Nothing may be mounted below it any more.</summary>
    public void Delete()
    {
        foreach (var part in (string[])[Tarballs, GraphRoot, RunRoot]) DeleteTree(part);
        if (!_existed) Directory.Delete(Path);
    }

    /// <summary>The engine may still be removing deleted layers; what it takes away under our hands is gone as
    /// well.</summary>
    private static void DeleteTree(string path)
    {
        while (Directory.Exists(path))
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                continue;
            }
        }
    }

    private static string Fresh()
    {
        // Half a gigabyte is a lot for a /tmp in memory.
        var parent = Environment.GetEnvironmentVariable("TMPDIR") is null && Directory.Exists("/var/tmp")
            ? "/var/tmp"
            : System.IO.Path.GetTempPath();
        var suffix = RandomNumberGenerator.GetHexString(8, true);
        return System.IO.Path.Combine(parent, $"actor-storage-quickstart-{suffix}");
    }
}
