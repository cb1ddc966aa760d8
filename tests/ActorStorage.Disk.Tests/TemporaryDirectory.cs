// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests;

/// <summary>A directory of a test's own, gone when the test is.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("actor-storage-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    // The runtime's own removal cannot name what is not UTF-8.
    public void Dispose()
    {
        var disk = new LinuxDisk();
        using var parent = disk.OpenDirectory(System.IO.Path.GetDirectoryName(Path)!);
        TreeRemoval.Remove(disk, parent, System.IO.Path.GetFileName(Path));
    }
}
