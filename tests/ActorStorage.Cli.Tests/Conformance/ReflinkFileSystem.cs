// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>A small file system whose files can share extents.</summary>
public static class ReflinkFileSystem
{
    /// <summary>The least that btrfs takes, and some room.</summary>
    private const long Bytes = 256L << 20;

    /// <summary>Mounts a new one on a directory; skips the test where that cannot be had.</summary>
    public static async Task MountOnAsync(string directory)
    {
        var image = directory + ".img";
        await using (var file = File.Create(image)) file.SetLength(Bytes);
        var made = await Command.RunAsync("mkfs.btrfs", "--quiet", image);
        var mounted = made.ExitCode == 0
            ? await Command.RunAsync("mount", "-t", "btrfs", "-o", "loop", image, directory)
            : made;
        // The mount keeps what it needs of the file until it ends.
        File.Delete(image);
        Skip.If(mounted.ExitCode != 0, $"no file system with shared extents: {mounted.Error.Trim()}");
    }
}
