// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>What the kernel says is mounted.</summary>
public static class Mounts
{
    /// <summary>Mount points at and below a directory, the latest mount first.</summary>
    public static IReadOnlyList<string> Below(string directory)
    {
        var points = File.ReadAllLines("/proc/self/mountinfo")
            .Select(line => line.Split(' ')[4].Replace("\\040", " ", StringComparison.Ordinal))
            .Where(point => point == directory || point.StartsWith(directory + "/", StringComparison.Ordinal))
            .ToList();
        points.Reverse();
        return points;
    }

    public static async Task UnmountBelowAsync(string directory)
    {
        foreach (var point in Below(directory))
            (await Command.RunAsync("umount", "--lazy", point)).Succeeded();
    }
}
