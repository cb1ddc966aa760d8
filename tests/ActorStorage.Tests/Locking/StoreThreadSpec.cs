// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Locking;

/// <summary>Looks at the threads of the whole process. Those of an engine that another test closed may end meanwhile,
/// so only those that were not there before are counted.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class StoreThreadSpec : IDisposable
{
    private const int Stores = 4;       // graph, layers, images, containers
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("as-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Should_give_the_threads_that_hold_locks_their_turn_before_others()
    {
        var before = UrgentThreads();
        var paths = new StoragePaths($"{_directory.FullName}/root", $"{_directory.FullName}/run", "vfs");

        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(paths));
        // The root is open before each of its stores has begun; this asks them all.
        await engine.Client.ListAllAsync();

        Assert.Equal(Stores, UrgentThreads().Except(before).Count());
    }

    private static string[] UrgentThreads() => [.. Directory.GetDirectories("/proc/self/task").Where(IsUrgent)];

    private static bool IsUrgent(string task)
    {
        try
        {
            // The name in parentheses may hold anything; behind it the nice value is the 17th field.
            var fields = File.ReadAllText($"{task}/stat").Split(") ")[^1].Split(' ');
            return int.Parse(fields[16], CultureInfo.InvariantCulture) < 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
