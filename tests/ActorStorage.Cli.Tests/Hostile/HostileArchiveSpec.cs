// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.InProcess;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Hostile;

/// <summary>
/// A hostile archive has the same outcome with ours as with the Go tool, the same exit status and the same tree, and
/// neither touches anything outside the layer.
/// </summary>
public sealed class HostileArchiveSpec
{
    public static TheoryData<string> Archives => [.. HostileArchive.Names];

    [SkippableTheory]
    [MemberData(nameof(Archives))]
    public async Task Should_contain_or_refuse_as_the_go_tool_when_an_archive_is_hostile(string archive)
    {
        Tool.Require(Tool.GoNewest, Tool.Ours);

        var expected = await ImportAsync(Tool.GoNewest, archive);
        var actual = await ImportAsync(Tool.Ours, archive);

        Assert.Equal(expected, actual);
    }

    /// <summary>What became of the archive, with nothing in it that differs from run to run.</summary>
    private static async Task<string> ImportAsync(Tool tool, string archive)
    {
        await using var root = new StorageRoot();
        var canary = root.File("canary");
        Directory.CreateDirectory(canary);
        await File.WriteAllTextAsync(Path.Combine(canary, "secret"), "nobody changes this\n");
        (await Command.RunAsync("chmod", "0711", canary)).Succeeded();
        (await Command.RunAsync("chmod", "0640", Path.Combine(canary, "secret"))).Succeeded();
        (await Command.RunAsync("touch", "--date=2020-01-01", Path.Combine(canary, "secret"), canary)).Succeeded();
        var path = root.File("hostile.tar");
        await File.WriteAllBytesAsync(path, HostileArchive.Make(archive, canary));
        (await RunAsync(tool, root, "create-layer", "-i", "before")).Succeeded();
        var outside = await OutsideAsync(root, canary);

        var outcome = await RunAsync(tool, root, "import-layer", "-i", "hostile", "-f", path);

        Assert.Equal(outside, await OutsideAsync(root, canary));
        Assert.Empty(root.Leftovers());
        if (outcome.ExitCode == 0)
        {
            // The Go tool cannot rebuild some of these: it looks for the entry outside of where it has put it. A tool
            // that can must give back the archive, and not what lies where the entry's name leads.
            var diff = await RunAsync(tool, root, "diff", "-u", "hostile");
            if (diff.ExitCode == 0) Assert.Equal(await Sha256Async(path), diff.OutputSha256);
            var tree = await TreeListing.OfAsync(root.DiffOf("hostile"));
            return $"contained\n{tree}".Replace(root.Directory, "<root>", StringComparison.Ordinal);
        }
        outcome.Failed(1);
        Assert.NotEqual("", outcome.Error.Trim());
        Assert.Equal(["before"], await LayerList.IdsAsync(Tool.GoNewest, root));
        Assert.Equal(["before"], root.LayerDirectories());
        Assert.DoesNotContain(root.LayerFiles(), name => name.Contains("hostile", StringComparison.Ordinal));
        return "refused";
    }

    private static Task<Outcome> RunAsync(Tool tool, StorageRoot root, params string[] arguments) =>
        tool == Tool.Ours ? OursInProcess.RunAsync(root, arguments) : tool.RunAsync(root, arguments);

    private static async Task<string> Sha256Async(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)));

    private static async Task<string> OutsideAsync(StorageRoot root, string canary) => string.Join('\n',
        await TreeListing.OfAsync(canary),
        string.Join(' ', Directory.GetFileSystemEntries(root.Directory).Order(StringComparer.Ordinal)),
        string.Join(' ', Directory.GetFileSystemEntries(root.Files).Order(StringComparer.Ordinal)),
        string.Join(' ', Directory.GetFileSystemEntries(root.Graph).Order(StringComparer.Ordinal)),
        string.Join(' ', Directory.GetFileSystemEntries("/").Order(StringComparer.Ordinal)));
}
