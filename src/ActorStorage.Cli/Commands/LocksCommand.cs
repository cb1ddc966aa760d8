// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Stores;
using ActorStorage.Disk;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Cli.Commands;

/// <summary>
/// locks: who holds the lock files of the store at this moment, and who waits. Asks the kernel and /proc, so that it
/// tells of every process, ours or not; opens no store and takes no lock.
/// </summary>
internal static class LocksCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<int> Run(CommandContext context)
    {
        var paths = StoreOpening.Settings(context).Paths;
        var observed = Look(paths);
        if (context.Json) context.Terminal.Json(ToJson(observed));
        else context.Terminal.Out(Table(observed));
        if (context.Options.Flag(CommandOptions.Watch)) await WatchAsync(context, paths, observed);
        return 0;
    }

    /// <summary>In the order in which they are taken.</summary>
    private static ObservedLock[] Look(StoragePaths paths) =>
    [
        .. ((string?[])
        [
            paths.StorageLock, paths.LayersLock, paths.ImageStoreLayersLock, paths.MountPointsLock, paths.ImagesLock,
            paths.IsSplit ? paths.GraphRootImagesLock : null, paths.ContainersLock,
        ]).OfType<string>().Select(ObservedLock.Look),
    ];

    /// <summary>Looks again and again, and tells what has changed: shorter holds than the pause are not seen. Ends with
    /// the process.</summary>
    private static async Task WatchAsync(CommandContext context, StoragePaths paths, ObservedLock[] before)
    {
        var seenSince = before.ToDictionary(observed => observed.Path, _ => Environment.TickCount64);
        while (true)
        {
            context.Terminal.Flush();
            await Task.Delay(Pause, context.Cancellation);
            var now = Look(paths);
            foreach (var (old, observed) in before.Zip(now))
            {
                if (State(old) == State(observed)) continue;
                var seen = TimeSpan.FromMilliseconds(Environment.TickCount64 - seenSince[observed.Path]);
                seenSince[observed.Path] = Environment.TickCount64;
                if (context.Json) context.Terminal.Json(ToJson([observed]));
                else context.Terminal.OutLine(Change(observed, seen));
            }
            before = now;
        }
    }

    /// <param name="seen">How long it was as the line before said, as far as that was seen.</param>
    private static string Change(ObservedLock now, TimeSpan seen) => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTime.Now:HH:mm:ss.fff} after {seen.TotalSeconds,6:0.0} s  {Name(now),-18} {State(now)}");

    private static string Table(IEnumerable<ObservedLock> observed)
    {
        var text = new StringBuilder();
        foreach (var each in observed) text.Append($"{Name(each),-18} {State(each)}\n");
        return text.ToString();
    }

    private static string Name(ObservedLock observed) => Path.GetFileName(observed.Path);

    private static string State(ObservedLock observed)
    {
        if (!observed.IsThere) return "never used";
        var state = observed.Holders.IsEmpty
            ? "free"
            : string.Join(", ", observed.Holders.Select(hold => $"{ModeOf(hold)} by {hold}"));
        if (observed.Waiting == 0) return state;
        var named = string.Join(", ", observed.Waiters);
        return $"{state}; {observed.Waiting} waiting{(named.Length > 0 ? $": {named}" : "")}";
    }

    private static string ModeOf(LockHold hold) => hold.Mode == LockMode.Exclusive ? "exclusive" : "shared";

    private static GoJson ToJson(IEnumerable<ObservedLock> observed)
    {
        var json = new GoJson().Open('[');
        foreach (var each in observed)
        {
            json.Open('{').Key("path").Value(each.Path).Key("waiting").Value(each.Waiting);
            json.Key("holders").Open('[');
            foreach (var hold in each.Holders)
            {
                json.Open('{').Key("mode").Value(ModeOf(hold));
                if (hold.Holder is { } holder) json.Key("pid").Value(holder.Pid).Key("command").Value(holder.Command);
                json.Close('}');
            }
            json.Close(']').Key("waiters").Open('[');
            foreach (var waiter in each.Waiters)
                json.Open('{').Key("pid").Value(waiter.Pid).Key("command").Value(waiter.Command).Close('}');
            json.Close(']').Close('}');
        }
        return json.Close(']');
    }
}
