// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests;

/// <summary>The engine that we share directories with, run on a root of its own.</summary>
internal sealed class GoEngine(string directory, string driver = "overlay") : IDisposable
{
    private static readonly string? Program = Environment.GetEnvironmentVariable("ACTORSTORAGE_GO_NEWEST")
        ?? Environment.GetEnvironmentVariable("PATH")?.Split(':')
            .Select(each => Path.Combine(each, "containers-storage")).FirstOrDefault(File.Exists);

    public string Overlay => $"{directory}/root/overlay";

    /// <summary>Where a layer's own files are.</summary>
    public string Content(string layer) =>
        driver == "overlay" ? $"{Overlay}/{layer}/diff" : $"{directory}/root/{driver}/dir/{layer}";

    public string LayersTemp => $"{directory}/root/overlay-layers/tmp";

    public string DriverTemp => $"{Overlay}/tempdirs";

    /// <summary>Older releases know no temp directories and lose empty attributes.</summary>
    private static readonly Version Oldest = new(1, 60);

    private static readonly Lazy<string?> Missing = new(FindMissing);

    public static void SkipIfMissing() => Skip.If(Missing.Value is not null, Missing.Value);

    /// <summary>Runs to the end. The exit code, and all it said.</summary>
    public (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--graph", $"{directory}/root", "--run", $"{directory}/run", "-s", driver },
        };
        // Owners are then written as they lie on the host, instead of being shifted by a mount.
        start.Environment["_CONTAINERS_OVERLAY_DISABLE_IDMAP"] = "yes";
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static string? FindMissing()
    {
        if (Program is null) return "no containers-storage on PATH, and ACTORSTORAGE_GO_NEWEST does not name one";
        using var process = Process.Start(
            new ProcessStartInfo(Program, "version") { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        var text = said.Split(' ', '\n').ElementAtOrDefault(1)?.Split('-')[0];
        return Version.TryParse(text, out var version) && version >= Oldest
            ? null
            : $"{Program} is of version {text ?? "unknown"}, and {Oldest} is the oldest to compare with";
    }

    public void Dispose()
    {
        while (new LinuxDisk().Unmount(Overlay))
        {
            // One call for each process that found it not mounted.
        }
    }
}
