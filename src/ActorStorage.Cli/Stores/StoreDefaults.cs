// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Cli.Stores;

/// <summary>The options of a command line that gives none: built-in places, then the environment.</summary>
internal static class StoreDefaults
{
    private const string GraphRootOfRoot = "/var/lib/containers/storage";
    private const string RunRootOfRoot = "/run/containers/storage";

    /// <param name="variable">Looks an environment variable up; null when it is not set.</param>
    public static StoreOptions Load(Func<string, string?> variable)
    {
        var userId = Syscall.geteuid();
        var (graphRoot, runRoot) = userId == 0 ? (GraphRootOfRoot, RunRootOfRoot) : OfUser(userId, variable);
        return new StoreOptions(graphRoot, runRoot, Driver(variable), DriverOptions(variable));
    }

    private static (string GraphRoot, string RunRoot) OfUser(uint userId, Func<string, string?> variable)
    {
        var data = Given(variable("XDG_DATA_HOME")) ?? $"{variable("HOME")}/.local/share";
        return ($"{data}/containers/storage", $"{RuntimeDirectory(userId, variable)}/containers");
    }

    private static string RuntimeDirectory(uint userId, Func<string, string?> variable)
    {
        if (Given(variable("XDG_RUNTIME_DIR")) is { } given) return given;
        var usual = $"/run/user/{userId}";
        return Directory.Exists(usual) ? usual : Path.Combine(Path.GetTempPath(), $"storage-run-{userId}");
    }

    private static string Driver(Func<string, string?> variable) =>
        Given(variable("STORAGE_DRIVER")) switch { null => "", "overlay2" => "overlay", var driver => driver };

    // Set to nothing is a value too: it takes the driver options away.
    private static string[] DriverOptions(Func<string, string?> variable) =>
        variable("STORAGE_OPTS")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
