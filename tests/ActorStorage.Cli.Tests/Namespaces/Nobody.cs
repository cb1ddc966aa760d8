// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Namespaces;

/// <summary>
/// A user with a root of his own and no ids besides his own one: in the namespace that a tool makes for him he is root,
/// and no file can belong to anybody else.
/// </summary>
internal sealed class Nobody
{
    private readonly StorageRoot _root;
    private readonly string[] _asHim;

    private Nobody(StorageRoot root)
    {
        _root = root;
        _asHim =
        [
            $"XDG_RUNTIME_DIR={root.Files}", $"TMPDIR={root.Files}", $"HOME={root.Files}",
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
        ];
    }

    /// <summary>Gives him the root. The test is skipped where he cannot run the program.</summary>
    public static async Task<Nobody> WithAsync(StorageRoot root, Tool tool)
    {
        (await Command.RunAsync("chown", "65534:65534", root.Directory)).Succeeded();
        (await Command.RunAsync("chmod", "0777", root.Files)).Succeeded();
        var nobody = new Nobody(root);
        var reachable = await Command.RunAsync("env", [.. nobody._asHim, "test", "-x", tool.Path]);
        Skip.If(reachable.ExitCode != 0, "no other user may run the executable where it lies");
        return nobody;
    }

    /// <summary>With the options that say where the root is.</summary>
    public Task<Outcome> RunAsync(Tool tool, params string[] arguments) =>
        RunBareAsync(tool, [.. _root.GlobalOptions, .. arguments]);

    public Task<Outcome> RunBareAsync(Tool tool, params string[] arguments) =>
        Command.RunAsync("env", [.. _asHim, tool.Path, .. arguments]);
}
