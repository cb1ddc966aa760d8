// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>
/// Whole processes that are killed at their n-th rename, sync, link..., for every n until one gets through: strace(1)
/// sends the signal when the kernel is entered. With <c>ACTORSTORAGE_CRASH_ALL=1</c> all commands at each kind of call,
/// else two at renames.
/// </summary>
public sealed class KilledAtAStepSpec
{
    private const int KillsMax = 60;
    private static readonly string[] Commands =
        ["import-layer", "create-container", "delete-layer", "delete-container", "delete-image"];
    private static readonly string[] KindsOfCalls =
        ["renameat", "fdatasync", "mkdirat", "unlinkat", "linkat", "pwrite64"];
    private static readonly string Image = new('b', 64);
    private static readonly string Container = new('d', 64);

    public static TheoryData<string, string> Calls
    {
        get
        {
            var data = new TheoryData<string, string>();
            var isEvery = Environment.GetEnvironmentVariable("ACTORSTORAGE_CRASH_ALL") == "1";
            foreach (var command in isEvery ? Commands : Commands[..2])
            {
                foreach (var call in isEvery ? KindsOfCalls : KindsOfCalls[..1]) data.Add(command, call);
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Calls))]
    [Trait("kind", "slow")]
    public async Task Should_be_cleared_up_after_by_whoever_comes_next(string command, string call)
    {
        Tool.Require(Tool.GoNewest, Tool.Ours);
        await using var root = new StorageRoot();
        string[] arguments = [command, .. ArgumentsOf(command, LayerArchive.Small(2).SaveAs(root.File("top.tar")))];
        await Tool.Ours.MustAsync(
            root, "import-layer", "-i", "base", "-f", LayerArchive.Small(1).SaveAs(root.File("base.tar")));
        var isDone = false;
        for (var n = 1; !isDone; n++)
        {
            Assert.True(n <= KillsMax, $"{command} makes more than {KillsMax} times {call}");
            await MakeReadyAsync(command, root);
            var layersBefore = await LayerList.IdsAsync(Tool.GoNewest, root);
            isDone = (await RunUntilAsync(root, call, n, arguments)).ExitCode == 0;

            // In turns.
            await (n % 2 == 0 ? Tool.Ours : Tool.GoNewest).MustAsync(root, "layers");
            await Tool.Ours.MustAsync(root, "layers");
            await LayerList.CleanAsync(root);
            await LayerList.EveryLayerIsWholeAsync(Tool.GoNewest, root);
            Assert.Superset(new HashSet<string> { "base" }, (await LayerList.IdsAsync(Tool.Ours, root)).ToHashSet());
            if (isDone) continue;
            await Tool.Ours.MustAsync(root, "containers");
            await Tool.GoNewest.MustAsync(root, "images");
        }
    }

    /// <summary>What the command needs, and nothing of what it makes.</summary>
    private static async Task MakeReadyAsync(string command, StorageRoot root)
    {
        await Tool.GoNewest.RunAsync(root, "delete-container", Container);
        await Tool.GoNewest.RunAsync(root, "delete-image", Image);
        foreach (var layer in (await LayerList.IdsAsync(Tool.GoNewest, root)).Where(id => id != "base").Reverse())
            await Tool.GoNewest.RunAsync(root, "delete-layer", layer);
        if (command is "import-layer") return;
        await Tool.GoNewest.MustAsync(root, "import-layer", "-i", "top", "-f", root.File("top.tar"), "base");
        if (command is "delete-layer") return;
        // The base is needed by nobody but the layer on it, and has to stay.
        await Tool.GoNewest.RunAsync(root, "create-image", "-i", new string('c', 64), "base");
        await Tool.GoNewest.MustAsync(root, "create-image", "-i", Image, "top");
        if (command is "delete-container")
            await Tool.GoNewest.MustAsync(root, "create-container", "-i", Container, Image);
    }

    private static string[] ArgumentsOf(string command, string archive) => command switch
    {
        "import-layer" => ["-i", "top", "-n", "name", "-f", archive, "base"],
        "delete-layer" => ["top"],
        "create-container" => ["-i", Container, "-n", "name", Image],
        "delete-container" => [Container],
        _ => [Image],
    };

    private static Task<Outcome> RunUntilAsync(StorageRoot root, string call, int n, string[] arguments)
    {
        var kill = string.Create(CultureInfo.InvariantCulture, $"inject={call}:signal=SIGKILL:when={n}");
        return Command.RunAsync(
            "strace", ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", kill, Tool.Ours.Path,
                .. root.GlobalOptions, .. arguments]);
    }
}
