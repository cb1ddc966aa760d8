// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Stores;

/// <summary>A directory that cannot be written to, not even by root, until it is disposed of.</summary>
internal sealed class ReadOnlyMount : IDisposable
{
    private readonly string _path;

    public ReadOnlyMount(string path)
    {
        _path = path;
        new LinuxDisk().BindMount(path, path);
        using var process = Process.Start("/bin/mount", ["-o", "remount,bind,ro", path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => new LinuxDisk().Unmount(_path);
}
