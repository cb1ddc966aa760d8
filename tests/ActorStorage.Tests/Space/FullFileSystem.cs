// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Tests.Space;

/// <summary>A small ext4 of its own, which can be filled to the last block. It goes with the root.</summary>
internal static class FullFileSystem
{
    public static async Task MountAsync(StorageRoot root, string directory, long bytes)
    {
        var image = root.File($"{Path.GetFileName(directory)}.img");
        await using (var file = File.Create(image)) file.SetLength(bytes);
        Directory.CreateDirectory(directory);
        (await Command.RunAsync("mkfs.ext4", "-q", image)).Succeeded();
        (await Command.RunAsync("mount", "-o", "loop", image, directory)).Succeeded();
        Directory.Delete(Path.Combine(directory, "lost+found"));
    }

    /// <summary>Until nobody, root included, can write one block more.</summary>
    /// <returns>The files that take the room.</returns>
    public static async Task<IReadOnlyList<string>> FillAsync(string directory)
    {
        const int RefusedInARow = 3;
        var files = new List<string>();
        foreach (var size in (int[])[1 << 20, 4096, 1])
        {
            for (var refused = 0; refused < RefusedInARow;)
            {
                var path = Path.Combine(directory, $"filler-{Guid.NewGuid():N}");
                if (TryWrite(path, size))
                {
                    files.Add(path);
                    continue;
                }
                refused++;
                File.Delete(path);
                // What is only promised yet is written, so that nothing is left for anybody.
                (await Command.RunAsync("sync", "-f", directory)).Succeeded();
            }
        }
        return files;
    }

    private static bool TryWrite(string path, int bytes)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(new byte[bytes]);
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
