// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Parsing;

/// <summary>The options that every command takes, before its name and behind it.</summary>
internal static class GlobalOptions
{
    public static readonly OptionSpec Graph = new(OptionKind.Text, "Root of the storage tree", "--graph", "-g");
    public static readonly OptionSpec Run = new(OptionKind.Text, "Root of the runtime state tree", "--run", "-R");
    public static readonly OptionSpec ImageStore = new(
        OptionKind.Text, "Root of the separate image store", "--image-store");
    public static readonly OptionSpec TransientStore = new(OptionKind.Flag, "Transient store", "--transient-store");
    public static readonly OptionSpec Driver = new(
        OptionKind.Text, "Storage driver to use ($STORAGE_DRIVER)", "--storage-driver", "-s");
    public static readonly OptionSpec DriverOption = new(
        OptionKind.List, "Set storage driver options ($STORAGE_OPTS)", "--storage-opt");
    public static readonly OptionSpec Debug = new(OptionKind.Flag, "Print debugging information", "--debug", "-D");
    public static readonly OptionSpec Unshare = new(
        OptionKind.Flag, "Run in a user namespace (the default for everybody but root)", "--unshare", "-U")
    { Default = Environment.IsPrivilegedProcess ? "" : "true" };
    public static readonly OptionSpec LockTimeout = new(
        OptionKind.Text, "How long to wait for a lock, e.g. 5s or 1m30s (default 0: as long as it takes)",
        "--lock-timeout")
    { Default = "0" };

    /// <summary>Only before the command. Behind it the parser answers --help itself, with another exit code.</summary>
    public static readonly OptionSpec Help = new(OptionKind.Flag, "Print usage", "--help")
    {
        DeprecatedNames = ["-help"],
    };

    public static readonly IReadOnlyList<OptionSpec> BehindCommand =
        [Graph, Run, ImageStore, TransientStore, Driver, DriverOption, Debug, Unshare, LockTimeout];

    public static readonly IReadOnlyList<OptionSpec> BeforeCommand = [.. BehindCommand, Help];
}
