// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Disk;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Namespaces;

/// <summary>
/// Runs a program in a user and a mount namespace of its own, by means of unshare(1): a process with several threads,
/// as every .NET process is, cannot go there itself.
/// </summary>
internal static class NamespaceProgram
{
    /// <summary>Set in the namespace, for every tool of the family: whoever finds it does not go further in.</summary>
    public const string InsideVariable = "_CONTAINERS_USERNS_CONFIGURED";
    private const string WaitAndRun = "read -r line < \"$0\" && exec \"$@\"";

    /// <summary>Runs it to its end, with this process's streams.</summary>
    /// <returns>Its exit status; 128 and the signal's number when a signal ended it.</returns>
    /// <exception cref="StorageException">NotFound: there is no such program. NotSupported: no unshare(1), or the
    /// kernel does not allow it.</exception>
    public static int Run(IReadOnlyList<string> command)
    {
        if (!IsProgram(command[0]))
        {
            throw new StorageException(
                StorageErrorKind.NotFound,
                $"exec: {Quoted.Text(command[0])}: executable file not found in $PATH", command[0]);
        }
        using var gate = new NamespaceGate();
        using var program = Start(command, gate);
        if (!gate.Open(program, () => NamespaceMaps.Write(program.Id)))
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, "unshare: a user namespace could not be made on this machine");
        }
        program.WaitForExit();
        return program.ExitCode;
    }

    private static Process Start(IReadOnlyList<string> command, NamespaceGate gate)
    {
        var start = new ProcessStartInfo(
            "unshare", ["--user", "--mount", "--", "/bin/sh", "-c", WaitAndRun, gate.Path, .. command]);
        start.Environment[InsideVariable] = "done";
        start.Environment["_CONTAINERS_ROOTLESS_UID"] = Text(Syscall.getuid());
        start.Environment["_CONTAINERS_ROOTLESS_GID"] = Text(Syscall.getgid());
        start.Environment.TryAdd("BUILDAH_ISOLATION", "rootless");
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, "unshare: the program unshare(1) of util-linux is not installed");
        }
    }

    private static bool IsProgram(string name)
    {
        if (name.Contains('/')) return IsExecutable(name);
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return name.Length > 0 && path.Split(':').Any(folder => IsExecutable($"{folder}/{name}"));
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && Syscall.access(path, AccessModes.X_OK) == 0;

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);
}
