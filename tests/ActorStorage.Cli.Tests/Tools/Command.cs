// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>Runs a program of the system.</summary>
public static class Command
{
    public static Task<Outcome> RunAsync(string program, params string[] arguments) =>
        Start(program, arguments).EndAsync();

    /// <summary>Runs it in a directory, for output with relative names.</summary>
    public static Task<Outcome> RunInAsync(string directory, string program, params string[] arguments) =>
        RunningTool.Start(program, Found(program), arguments, directory).EndAsync();

    public static RunningTool Start(string program, params string[] arguments) =>
        RunningTool.Start(program, Found(program), arguments, Path.GetTempPath());

    private static string Found(string program) =>
        new[] { "/usr/bin", "/bin", "/usr/sbin", "/sbin" }
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{program} is not installed; tests/run installs it");
}
