// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Archives;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary>Images and containers of one side in the hands of the other: buildah, podman and skopeo.</summary>
public sealed class ImageInteropSpec : IAsyncLifetime
{
    private const string Name = "localhost/small:latest";
    private readonly StorageRoot _root = new();

    private string[] Podman => ["--root", _root.Graph, "--runroot", _root.Run, "--storage-driver", "overlay"];

    private string Reference => $"containers-storage:[overlay@{_root.Graph}+{_root.Run}]{Name}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _root.DisposeAsync();

    // The Go tool first: it proves that the steps are right.
    [SkippableTheory]
    [InlineData("go-newest")]
    [InlineData("ours")]
    public async Task Should_be_run_shown_and_copied_by_the_others_when_made_by(string toolName)
    {
        var tool = Tool.Named(toolName);
        Tool.Require(tool);
        var system = await SmallSystem.MakeAsync(_root);
        await system.StoreAsync(tool, _root, Name);
        await tool.MustAsync(_root, "create-container", "-n", "own", Name);

        await MustAsync("buildah", "from", "--pull=never", "--name", "built", Name);
        var run = await MustAsync("buildah", "run", "--isolation", "chroot", "built", "cat", "/etc/os-release");
        Assert.Equal(SmallSystem.Release, run.Output);
        Assert.Contains("localhost/small", (await MustAsync("podman", "images")).Output, StringComparison.Ordinal);
        var containers = (await MustAsync("podman", "ps", "--external", "--all")).Output;
        Assert.Contains("own", containers, StringComparison.Ordinal);
        Assert.Contains("built", containers, StringComparison.Ordinal);

        var target = _root.File("copy");
        (await Command.RunAsync("skopeo", "copy", "--insecure-policy", Reference, $"dir:{target}")).Succeeded();
        Assert.Equal(system.Configuration, await File.ReadAllTextAsync(Path.Combine(target, system.ImageId)));
        await MustAsync("buildah", "rm", "built");
    }

    [SkippableTheory]
    [InlineData("go-newest")]
    [InlineData("ours")]
    public async Task Should_list_mount_diff_and_delete_what_skopeo_and_buildah_made(string toolName)
    {
        var tool = Tool.Named(toolName);
        Tool.Require(tool, Tool.GoNewest);
        var system = await SmallSystem.MakeAsync(_root);
        await MadeByOthersAsync(system);

        var images = (await tool.MustAsync(_root, "images", "-q")).Lines;
        var image = (await tool.MustAsync(_root, "image", Name)).Output;
        Assert.Equal(2, images.Length);
        Assert.Contains($"Top Layer: {system.LayerId}", image, StringComparison.Ordinal);

        var mountPoint = (await tool.MustAsync(_root, "mount", "built")).Output.Trim();
        Assert.True(File.Exists(Path.Combine(mountPoint, "made")));
        Assert.True(File.Exists(Path.Combine(mountPoint, "bin", "busybox")));
        await tool.MustAsync(_root, "unmount", "built");

        var diff = await tool.MustAsync(_root, "diff", "--uncompressed", system.LayerId);
        Assert.Equal(system.LayerId, diff.OutputSha256);

        await tool.MustAsync(_root, "delete-container", "built");
        await tool.MustAsync(_root, "delete-image", "localhost/made:latest");
        await tool.MustAsync(_root, "delete-image", Name);
        Assert.Empty((await tool.MustAsync(_root, "layers", "-q")).Lines);
        await LayerList.CleanAsync(_root);
    }

    /// <summary>skopeo stores an image from files; buildah makes a container of it, changes it, and an image of
    /// that.</summary>
    private async Task MadeByOthersAsync(SmallSystem system)
    {
        var source = Directory.CreateDirectory(_root.File("source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "version"), "Directory Transport Version: 1.1\n");
        await File.WriteAllTextAsync(Path.Combine(source, "manifest.json"), system.Manifest);
        await File.WriteAllTextAsync(Path.Combine(source, system.ImageId), system.Configuration);
        File.Copy(system.LayerFile, Path.Combine(source, await BlobDigestAsync(system.LayerFile)));
        (await Command.RunAsync("skopeo", "copy", "--insecure-policy", $"dir:{source}", Reference)).Succeeded();
        await MustAsync("buildah", "from", "--pull=never", "--name", "built", Name);
        await MustAsync("buildah", "run", "--isolation", "chroot", "built", "touch", "/made");
        await MustAsync("buildah", "commit", "built", "localhost/made:latest");
    }

    private static async Task<string> BlobDigestAsync(string file)
    {
        var sum = (await Command.RunAsync("sha256sum", file)).Succeeded();
        return sum.Output.Split(' ')[0];
    }

    private async Task<Outcome> MustAsync(string program, params string[] arguments) =>
        (await Command.RunAsync(program, [.. Podman, .. arguments])).Succeeded();
}
