// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;

namespace ActorStorage.Cli.Commands;

/// <summary>Options of single commands. One that several share stands here once.</summary>
internal static class CommandOptions
{
    public static readonly OptionSpec Json = new(OptionKind.Flag, "Prefer JSON output", "--json", "-j");
    public static readonly OptionSpec Quick = new(OptionKind.Flag, "Just the IDs", "--quick", "-q");
    public static readonly OptionSpec Tree = new(OptionKind.Flag, "Use a tree", "--tree", "-t");
    public static readonly OptionSpec Quiet = new(OptionKind.Flag, "Don't print names", "--quiet", "-q");
    public static readonly OptionSpec Force = new(OptionKind.Flag, "Unmount mounted layers first", "--force", "-f");

    public static readonly OptionSpec Label = new(OptionKind.Text, "Mount label", "--label", "-l");
    public static readonly OptionSpec Name = new(OptionKind.List, "Layer name", "--name", "-n");
    public static readonly OptionSpec Id = new(OptionKind.Text, "Layer ID", "--id", "-i");
    public static readonly OptionSpec ReadOnly = new(OptionKind.Flag, "Mark as read-only", "--readonly", "-r");
    public static readonly OptionSpec InputFile = new(
        OptionKind.Text, "Read from file instead of stdin", "--file", "-f");
    public static readonly OptionSpec OutputFile = new(
        OptionKind.Text, "Write to file instead of stdout", "--file", "-f");

    public static readonly OptionSpec HostUserIds = new(OptionKind.Flag, "Force host UID map", "--hostuidmap");
    public static readonly OptionSpec HostGroupIds = new(OptionKind.Flag, "Force host GID map", "--hostgidmap");
    public static readonly OptionSpec UserIdMap = new(OptionKind.Text, "UID map", "--uidmap");
    public static readonly OptionSpec GroupIdMap = new(OptionKind.Text, "GID map", "--gidmap");
    public static readonly OptionSpec SubordinateUserIds = new(
        OptionKind.Text, "Subordinate UID map for a user", "--subuidmap");
    public static readonly OptionSpec SubordinateGroupIds = new(
        OptionKind.Text, "Subordinate GID map for a group", "--subgidmap");

    public static readonly OptionSpec OnlyLayer = new(OptionKind.Flag, "Only succeed for a layer", "--layer", "-l");
    public static readonly OptionSpec OnlyImage = new(OptionKind.Flag, "Only succeed for an image", "--image", "-i");
    public static readonly OptionSpec OnlyContainer = new(
        OptionKind.Flag, "Only succeed for a container", "--container", "-c");

    public static readonly OptionSpec MountOptions = new(OptionKind.Text, "Mount options (ignored)", "--opt", "-o");
    public static readonly OptionSpec MountImage = new(
        OptionKind.Flag, "Mount an image read-only (not supported yet)", "--read-only", "--ro", "-r");

    public static readonly OptionSpec Uncompressed = new(OptionKind.Flag, "Use no compression", "--uncompressed", "-u");
    public static readonly OptionSpec Gzip = new(OptionKind.Flag, "Compress using gzip", "--gzip", "-c");
    public static readonly OptionSpec Bzip2 = new(
        OptionKind.Flag, "Compress using bzip2 (not supported)", "--bzip2", "--bz2", "-b");
    public static readonly OptionSpec Xz = new(OptionKind.Flag, "Compress using xz (not supported)", "--xz", "-x");

    public static readonly OptionSpec Metadata = new(OptionKind.Text, "Metadata", "--metadata", "-m");
    public static readonly OptionSpec MetadataFile = new(OptionKind.Text, "Metadata file", "--metadata-file", "-f");

    public static readonly OptionSpec Jobs = new(
        OptionKind.Text, "Files staged at the same time (default 0: one per processor)", "--jobs", "-j")
    { Default = "0" };
    public static readonly OptionSpec Parent = new(OptionKind.Text, "Parent of every layer", "--parent", "-p");
    public static readonly OptionSpec Chain = new(
        OptionKind.Flag, "Each file becomes the parent of the next", "--chain", "-c");
    public static readonly OptionSpec FileName = new(
        OptionKind.List, "Layer name; the n-th belongs to the n-th file", "--name", "-n");
    public static readonly OptionSpec NoProgress = new(OptionKind.Flag, "Show no progress", "--quiet", "-q");
    public static readonly OptionSpec JsonOnlyLong = new(OptionKind.Flag, "Prefer JSON output", "--json");
    public static readonly OptionSpec Keep = new(OptionKind.Flag, "Keep the root and the tarballs", "--keep", "-k");

    /// <summary>What every command that makes layers takes.</summary>
    public static readonly IReadOnlyList<OptionSpec> Creating =
    [
        Label, Name, Id, ReadOnly, Json, HostUserIds, HostGroupIds, UserIdMap, GroupIdMap, SubordinateUserIds,
        SubordinateGroupIds,
    ];
}
