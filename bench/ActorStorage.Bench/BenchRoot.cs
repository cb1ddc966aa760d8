// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;

namespace ActorStorage.Bench;

/// <summary>An empty storage root in memory, so that no disk is measured with it. Disposing of it leaves
/// nothing.</summary>
internal sealed class BenchRoot : IDisposable
{
    public BenchRoot()
    {
        Top = $"/dev/shm/actor-storage-bench-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Top);
        Paths = new StoragePaths($"{Top}/root", $"{Top}/run");
    }

    public string Top { get; }
    public StoragePaths Paths { get; }

    public void Dispose()
    {
        // An engine mounts the driver's home on itself and leaves that to the next one.
        if (File.ReadAllText("/proc/self/mountinfo").Contains($" {Paths.DriverHome} ", StringComparison.Ordinal))
            Run("umount", Paths.DriverHome);
        Run("rm", "-rf", "--one-file-system", Top);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
