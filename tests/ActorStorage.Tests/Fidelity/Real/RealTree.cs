// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Fidelity.Real;

/// <summary>Directories of this machine, which nobody made for a test, as archives by the system's own tar.</summary>
internal static class RealTree
{
    private const string Extra = "ACTORSTORAGE_FIDELITY_TREES";

    private static readonly string Runtime =
        Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());

    /// <summary>Small ones that most machines have: links of both kinds, owners, modes, long names.</summary>
    public static string[] Small => Existing(Runtime, "/etc", "/usr/share/zoneinfo");

    /// <summary>The whole SDK, Python's library, and the directories that a variable names, with colons between
    /// them.</summary>
    public static string[] Large =>
    [
        .. Existing([Path.GetFullPath(Path.Combine(Runtime, "../../..")), .. Pythons()]),
        .. (Environment.GetEnvironmentVariable(Extra) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Each compression has another format of tar.</summary>
    public static async Task ArchiveAsync(string tree, Compression compression, string file)
    {
        var (filter, format) = compression switch
        {
            Compression.Gzip => ("--gzip", "--format=pax"),
            Compression.Zstd => ("--zstd", "--format=gnu"),
            Compression.Xz => ("--use-compress-program=xz -1", "--format=pax"),
            Compression.Bzip2 => ("--bzip2", "--format=oldgnu"),
            _ => ("--no-auto-compress", "--format=gnu"),
        };
        string[] attributes = format == "--format=pax" ? ["--xattrs", "--xattrs-include=*", "--acls"] : [];
        var made = await Command.RunAsync("tar", [
            "--create", filter, format, .. attributes, "--numeric-owner", "--one-file-system", "--file", file,
            "--directory", tree, ".",
        ]);
        // One is the status for files that changed meanwhile; the archive is whole.
        Assert.True(made.ExitCode is 0 or 1, made.Error);
    }

    private static IEnumerable<string> Pythons() => Directory.EnumerateDirectories("/usr/lib", "python3*");

    private static string[] Existing(params IEnumerable<string> trees) => [.. trees.Where(Directory.Exists)];
}
