// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.SameOutput;

/// <summary>What a store looks like on disk, with nothing in it that differs from run to run.</summary>
public static partial class StoreListing
{
    /// <summary>
    /// One line per file with kind, mode, owner and path, and with its size where that is part of the format; then
    /// the text of every document of records.
    /// </summary>
    public static async Task<string[]> OfAsync(StorageRoot root)
    {
        // Files on other file systems are those of mounted layers.
        var found = await Command.RunInAsync(
            root.Directory, "find", "root", "run", "-xdev", "-printf", "%y %m %U:%G %p %s\n");
        var lines = found.Succeeded().Lines.Where(line => !IsOwnBusiness().IsMatch(line)).Select(Stable);
        // No mount point is the same as none recorded.
        var documents = Directory.GetFiles(root.Graph, "*.json", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(root.Run, "*.json", SearchOption.AllDirectories))
            .Where(path => IsDocument().IsMatch(path) && File.ReadAllText(path) != "[]")
            .Select(path => Normal($"{path}: {File.ReadAllText(path)}", root));
        return [.. lines.Concat(documents).Order(StringComparer.Ordinal)];
    }

    private static string Stable(string line)
    {
        line = Anonymous(line);
        var size = line.LastIndexOf(' ');
        return HasNoFixedSize().IsMatch(line[..size]) ? line[..size] : line;
    }

    private static string Normal(string text, StorageRoot root) =>
        Moment().Replace(Anonymous(text.Replace(root.Directory, "<root>", StringComparison.Ordinal)), "<time>");

    private static string Anonymous(string text) => RandomLink().Replace(RandomId().Replace(text, "<id>"), "<link>");

    /// <summary>
    /// What a program found out about the kernel and keeps for itself, the places in which it prepares things,
    /// the list of mount points, which a program writes when it wants to, files of our own beside the store's, and the
    /// directories that the Go tool makes for a container when it is asked for the container's size.
    /// </summary>
    [GeneratedRegex(@"^d \d+ \S+ (root|run)/[a-z]+-containers/[^/ ]+(/userdata)? \d+$|"
        + @" (root/actor-storage\.\S+|run/overlay/\S+|root/[a-z]+/tempdirs|root/[a-z]+-layers/tmp|"
        + @"run/[a-z]+-layers/mount\S+) \d+$")]
    private static partial Regex IsOwnBusiness();

    /// <summary>The size of a directory is the file system's; that of compressed or timed text varies.</summary>
    [GeneratedRegex(@"^d|\.json$|\.tar-split\.gz$")]
    private static partial Regex HasNoFixedSize();

    [GeneratedRegex(@"/(overlay|vfs)-(layers|images|containers)/[a-z-]+\.json$")]
    private static partial Regex IsDocument();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Moment();

    [GeneratedRegex("(?<!sha256:)\\b[0-9a-f]{64}\\b")]
    private static partial Regex RandomId();

    [GeneratedRegex(@"\b[A-Z0-9]{26}\b")]
    private static partial Regex RandomLink();
}
