// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Index;

/// <summary>A root of its own that the newest Go tool works on; skips the test where it is not installed.</summary>
internal sealed class GoRoot : IDisposable
{
    private readonly string _tool;
    private readonly TemporaryDirectory _directory = new();

    internal GoRoot(string driver = "overlay")
    {
        _tool = Environment.GetEnvironmentVariable("ACTORSTORAGE_GO_NEWEST") ?? "";
        if (_tool.Length == 0) _directory.Dispose();
        Skip.If(_tool.Length == 0, "ACTORSTORAGE_GO_NEWEST does not name the newest Go tool");
        Paths = new StoragePaths(_directory["root"], _directory["run"], driver);
    }

    internal StoragePaths Paths { get; }

    internal string this[string name] => _directory[name];

    internal byte[] Stable => File.ReadAllBytes($"{Paths.Layers}/layers.json");

    internal byte[] Images => File.ReadAllBytes($"{Paths.Images}/images.json");

    internal byte[] Containers => File.ReadAllBytes($"{Paths.Containers}/containers.json");

    internal byte[] VolatileContainers => File.ReadAllBytes($"{Paths.Containers}/volatile-containers.json");

    internal byte[] Volatile => File.ReadAllBytes($"{Paths.Layers}/volatile-layers.json");

    /// <summary>Runs the tool to its end; the first line it printed.</summary>
    internal string Must(params string[] arguments)
    {
        var (exitCode, output, errors) = Run(arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {errors}");
        return output.Split('\n')[0].Trim();
    }

    internal (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(_tool) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Owners are to be changed on disk, as this engine does it, and not by the kernel when it mounts.
        start.Environment["_CONTAINERS_OVERLAY_DISABLE_IDMAP"] = "yes";
        string[] all = ["--graph", Paths.GraphRoot, "--run", Paths.RunRoot, "-s", Paths.Driver, .. arguments];
        foreach (var argument in all)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    public void Dispose()
    {
        var disk = new LinuxDisk();
        var mounts = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4])
            .Where(path => path.StartsWith(_directory.Path, StringComparison.Ordinal));
        foreach (var path in mounts.Reverse().ToList()) disk.Unmount(path);
        _directory.Dispose();
    }
}
