// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;

namespace ActorStorage.Bench;

/// <summary>
/// An empty storage root on a freshly made ext4: nothing is measured of what a file system was used for before, and no
/// disk unless it is asked for. Disposing of it leaves nothing.
/// </summary>
internal sealed class BenchRoot : IDisposable
{
    private const long SizeBytes = 8L << 30;

    /// <param name="directory">Where it is made; null is memory.</param>
    public BenchRoot(string? directory = null)
    {
        Top = $"{directory ?? "/dev/shm"}/actor-storage-bench-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Top);
        var image = $"{Top}.ext4";
        using (var file = File.Create(image)) file.SetLength(SizeBytes);
        Run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
        Run("mount", "-o", "loop,noatime", image, Top);
        File.Delete(image);     // the loop device keeps it until it is unmounted
        Paths = new StoragePaths($"{Top}/root", $"{Top}/run");
    }

    public string Top { get; }
    public StoragePaths Paths { get; }

    public void Dispose()
    {
        // An engine mounts the driver's home on itself and leaves that to the next one.
        if (File.ReadAllText("/proc/self/mountinfo").Contains($" {Paths.DriverHome} ", StringComparison.Ordinal))
            Run("umount", Paths.DriverHome);
        Run("umount", Top);
        Directory.Delete(Top);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
