// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Nodes;
using ActorStorage.Cli.Stores;
using ActorStorage.Cluster.Node;
using ActorStorage.Disk;
using Akka.Cluster;
using Akka.Configuration;

namespace ActorStorage.Cli.Commands;

/// <summary>
/// serve: the root as a node that answers other machines, alone or in a cluster, until it is told to end (SIGTERM,
/// SIGINT). Then what is under way is finished, and the exit status is 0.
/// </summary>
internal static class ServeCommand
{
    private static readonly TimeSpan MeetInterval = TimeSpan.FromSeconds(1);

    private const string SeedNodes = "akka.cluster.seed-nodes";

    private const string Defaults = """
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          coordinated-shutdown.run-by-actor-system-terminate = off
        }
        """;

    public static async Task<int> Run(CommandContext context)
    {
        var drainMax = CommandOptions.Duration(context.Options, CommandOptions.DrainMax);
        var whole = ConfigOf(context);
        var settings = Settings(context, whole);
        var seeds = new SeedList(Seeds(context, whole));
        // It joins when it can answer, and not before.
        var config = ConfigurationFactory.ParseString($"{SeedNodes} = []").WithFallback(whole);
        for (var isFirstLife = true; ; isFirstLife = false)
        {
            await using var served = await StartedAsync(settings, config, context.Cancellation);
            // It was told to end before it had begun.
            if (served is null) return 0;
            Say(
                context,
                $"{served.Node.Address} serves {settings.Paths.GraphRoot}, layers at {served.Node.LayersAddress}");
            await ServeAsync(context, served, seeds, isFirstLife);
            var unfinished = await served.DrainAsync(drainMax);
            if (context.Cancellation.IsCancellationRequested)
            {
                Say(context, $"ended, {unfinished} unfinished");
                return 0;
            }
            if (isFirstLife && seeds.MayBegin(served.SelfAddress))
                config = ConfigurationFactory.ParseString(SeedList.PatientBeginner).WithFallback(config);
            Say(context, "the others have removed this node: it begins anew");
        }
    }

    /// <returns>Null when it was told to end meanwhile.</returns>
    private static async Task<ServedNode?> StartedAsync(
        StorageSettings settings, Config config, CancellationToken cancellation)
    {
        try
        {
            return await ServedNode.StartAsync(settings, config, cancellation);
        }
        catch (Exception cause) when (cancellation.IsCancellationRequested
            && cause is OperationCanceledException or StorageException { Kind: StorageErrorKind.Cancelled })
        {
            return null;
        }
    }

    /// <summary>Returns when it is told to end, or is no member any more.</summary>
    private static async Task ServeAsync(
        CommandContext context, ServedNode served, SeedList seeds, bool isFirstLife)
    {
        try
        {
            var members = await served.JoinAsync(seeds.Of(served.SelfAddress, isFirstLife), context.Cancellation);
            Say(context, $"member of a cluster of {members.Count}");
            while (!served.Removed.IsCompleted)
            {
                // After its removal it knows nobody any more.
                seeds.Meet(served.Members);
                await Task.WhenAny(served.Removed, Task.Delay(MeetInterval, context.Cancellation));
                context.Cancellation.ThrowIfCancellationRequested();
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ClusterJoinFailedException)
        {
            // It is told to end, or was removed before it had joined.
        }
    }

    private static List<string> Seeds(CommandContext context, Config config)
    {
        var named = context.Options.List(CommandOptions.Join);
        return named.Count > 0
            ? [.. named.Select(text => NodeAddress.Of(text, config, "--join"))]
            : [.. config.GetStringList(SeedNodes, []).Select(text => NodeAddress.Of(text, config, SeedNodes))];
    }

    /// <summary>The command line before the file, and that before the defaults.</summary>
    private static Config ConfigOf(CommandContext context)
    {
        var options = context.Options;
        var own = new List<(string Key, string Value)>();
        if (options.Text(CommandOptions.Listen) is { Length: > 0 } listen)
        {
            var (host, port) = NodeAddress.HostAndPort(listen, "--listen");
            own.Add(("akka.remote.dot-netty.tcp.hostname", host));
            own.Add(("akka.remote.dot-netty.tcp.port", $"{port}"));
        }
        if (options.Text(CommandOptions.ListenForLayers) is { Length: > 0 } layers)
        {
            var (host, port) = NodeAddress.HostAndPort(layers, "--layers");
            own.Add(("actor-storage.transfer.listen-address", host));
            own.Add(("actor-storage.transfer.listen-port", $"{port}"));
        }
        own.AddRange(JournalPlace.Settings(options.Text(CommandOptions.JournalPlace)));
        var text = own.Aggregate(
            new StringBuilder(), (hocon, each) => hocon.AppendLine($"{each.Key} = {NodeConfig.Quoted(each.Value)}"));
        return ConfigurationFactory.ParseString(text.ToString())
            .WithFallback(NodeConfig.Load(options.Text(CommandOptions.ConfigFile)))
            .WithFallback(ConfigurationFactory.ParseString(Defaults))
            .WithFallback(StorageSettings.Reference()).WithFallback(StorageNode.Reference());
    }

    /// <summary>Of an engine that stays: waits are those of the configuration, and not of a command.</summary>
    private static StorageSettings Settings(CommandContext context, Config config)
    {
        var command = StoreOpening.Settings(context);
        var settings = StorageSettings.From(command.Paths, config) with
        {
            DriverOptions = command.DriverOptions,
            MountsVolatile = command.MountsVolatile,
        };
        return StoreOpening.LockTimeout(context.Options) is { } waitMax
            ? settings with { LockWaitMax = waitMax }
            : settings;
    }

    private static void Say(CommandContext context, string line)
    {
        context.Terminal.OutLine(line);
        context.Terminal.Flush();
    }
}
