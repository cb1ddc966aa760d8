// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;

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
    public static readonly OptionSpec Name = new(OptionKind.List, "Name", "--name", "-n");
    public static readonly OptionSpec Id = new(OptionKind.Text, "ID", "--id", "-i");
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
        OptionKind.Flag, "Mount an image read-only", "--read-only", "--ro", "-r");

    public static readonly OptionSpec Uncompressed = new(OptionKind.Flag, "Use no compression", "--uncompressed", "-u");
    public static readonly OptionSpec Gzip = new(OptionKind.Flag, "Compress using gzip", "--gzip", "-c");
    public static readonly OptionSpec Bzip2 = new(
        OptionKind.Flag, "Compress using bzip2 (not supported)", "--bzip2", "--bz2", "-b");
    public static readonly OptionSpec Xz = new(OptionKind.Flag, "Compress using xz (not supported)", "--xz", "-x");

    public static readonly OptionSpec Metadata = new(OptionKind.Text, "Metadata", "--metadata", "-m");
    public static readonly OptionSpec MetadataFile = new(OptionKind.Text, "Metadata file", "--metadata-file", "-f");

    public static readonly OptionSpec Digest = new(OptionKind.Text, "Image digest", "--digest", "-d");
    public static readonly OptionSpec Volatile = new(OptionKind.Flag, "Forget it at a reboot", "--volatile");
    public static readonly OptionSpec Test = new(OptionKind.Flag, "Only say what would be deleted", "--test", "-t");
    public static readonly OptionSpec Owner = new(
        OptionKind.Text, "Owner for what is written, UID[:GID] as seen in the target", "--chown", "-o");

    public static readonly OptionSpec AgeMax = new(
        OptionKind.Text, "Age from which layers that nothing needs are reported", "--max", "-m")
    { Default = "24h" };
    public static readonly OptionSpec Repair = new(OptionKind.Flag, "Delete what is damaged", "--repair", "-r");
    public static readonly OptionSpec ForceRepair = new(
        OptionKind.Flag, "Delete damaged containers as well", "--force", "-f");
    public static readonly OptionSpec QuickCheck = new(
        OptionKind.Flag, "Do not compare trees with archives", "--quick", "-q");
    public static readonly OptionSpec HashMethod = new(
        OptionKind.Text, "How candidates are found: crc, size or sha256", "--hash-method")
    { Default = "crc" };

    public static readonly OptionSpec Jobs = new(
        OptionKind.Text, "Files staged at the same time, up to 1024 (default 0: one per processor)", "--jobs", "-j")
    { Default = "0" };
    public static readonly OptionSpec Parent = new(OptionKind.Text, "Parent of every layer", "--parent", "-p");
    public static readonly OptionSpec Chain = new(
        OptionKind.Flag, "Each file becomes the parent of the next", "--chain", "-c");
    public static readonly OptionSpec FileName = new(
        OptionKind.List, "Layer name; the n-th belongs to the n-th file", "--name", "-n");
    public static readonly OptionSpec NoProgress = new(OptionKind.Flag, "Show no progress", "--quiet", "-q");
    public static readonly OptionSpec JsonOnlyLong = new(OptionKind.Flag, "Prefer JSON output", "--json");
    public static readonly OptionSpec Watch = new(
        OptionKind.Flag, "Go on and tell what changes", "--watch", "-w");
    public static readonly OptionSpec Target = new(
        OptionKind.Text, "Bytes to make room for, e.g. 500M (default: all that can go)", "--target", "-t");
    public static readonly OptionSpec UnusedFor = new(
        OptionKind.Text, "How long a layer must not have been used", "--unused-for", "-u")
    { Default = "24h" };
    public static readonly OptionSpec DryRun = new(
        OptionKind.Flag, "Only say what would be deleted", "--dry-run", "-n");
    public static readonly OptionSpec Against = new(
        OptionKind.Text, "Address of a node, e.g. akka.tcp://storage@127.0.0.1:4053 (default: one of its own)",
        "--against", "-a");
    public static readonly OptionSpec DriveRoot = new(
        OptionKind.Text, "Directory for root and run of its own node, which stay (default: a new one, which goes)",
        "--root");
    public static readonly OptionSpec KnownValue = new(
        OptionKind.List, "NAME=VALUE, as ${NAME} in the script", "--set");
    public static readonly OptionSpec OnlySummary = new(OptionKind.Flag, "Show no messages", "--quiet", "-q");
    public static readonly OptionSpec ConfigFile = new(
        OptionKind.Text, "File with settings, HOCON", "--config", "-c");
    public static readonly OptionSpec Listen = new(
        OptionKind.Text, "HOST:PORT for messages (default 127.0.0.1:4053)", "--listen", "-l");
    public static readonly OptionSpec ListenForLayers = new(
        OptionKind.Text, "ADDRESS:PORT for layers (default 127.0.0.1 and any port)", "--layers");
    public static readonly OptionSpec Join = new(
        OptionKind.List, "HOST:PORT of a node of the cluster; the one named first may begin it", "--join");
    public static readonly OptionSpec JournalPlace = new(
        OptionKind.Text, "sqlite or postgres://USER:PASSWORD@HOST:PORT/DATABASE (default sqlite)", "--journal");
    public static readonly OptionSpec DrainMax = new(
        OptionKind.Text, "How long the end waits for what is under way", "--drain")
    { Default = "30s" };
    public static readonly OptionSpec NodeName = new(
        OptionKind.Text, "HOST:PORT or akka.tcp://SYSTEM@HOST:PORT of a node", "--node", "-N")
    { Default = "127.0.0.1:4053" };
    public static readonly OptionSpec Within = new(
        OptionKind.Text, "How long the answer may take", "--within", "-w")
    { Default = "10m" };
    public static readonly OptionSpec ParentDigest = new(
        OptionKind.List, "Digest of a layer below it, the lowest first", "--parent", "-p");
    public static readonly OptionSpec LeaseName = new(
        OptionKind.Text, "Name of a lease that keeps it", "--lease");
    public static readonly OptionSpec KeepFor = new(
        OptionKind.Text, "How long the lease lasts", "--keep-for")
    { Default = "1h" };
    public static readonly OptionSpec ClientKey = new(
        OptionKind.Text, "The same one gets the same outcome", "--key");
    public static readonly OptionSpec Keep = new(OptionKind.Flag, "Keep the root and the tarballs", "--keep", "-k");

    public static readonly IReadOnlyList<OptionSpec> IdMaps =
        [HostUserIds, HostGroupIds, UserIdMap, GroupIdMap, SubordinateUserIds, SubordinateGroupIds];

    /// <summary>What every command that asks a node takes.</summary>
    public static readonly IReadOnlyList<OptionSpec> Asking = [NodeName, Within, ConfigFile, Json];

    /// <summary>What every command that makes layers takes.</summary>
    public static readonly IReadOnlyList<OptionSpec> Creating = [Label, Name, Id, ReadOnly, Json, .. IdMaps];

    /// <exception cref="StorageException">Invalid: no duration, a negative one, or one of 0 where that means
    /// nothing.</exception>
    public static TimeSpan Duration(OptionValues values, OptionSpec option, bool canBeZero = false)
    {
        var text = values.Text(option);
        return GoDuration.Parse(text) is { } duration
            && (duration > TimeSpan.Zero || (canBeZero && duration == TimeSpan.Zero))
            ? duration
            : throw new StorageException(
                StorageErrorKind.Invalid, $"{option.Names[0]}: invalid duration {Quoted.Text(text)}");
    }
}
