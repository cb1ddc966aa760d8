// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Hosting;

/// <summary>What is the host's and not the engine's. Keys and reasons stand in hocon/hosting.conf.</summary>
public sealed record HostingSettings
{
    public required TimeSpan AnswerMax { get; init; }
    public required TimeSpan LockWaitMax { get; init; }
    public required TimeSpan DrainMax { get; init; }

    /// <summary>The defaults, as embedded in this assembly.</summary>
    public static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("ActorStorage.Hosting.hosting.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static HostingSettings From(Config config)
    {
        var all = new SettingValues(config.WithFallback(Reference()), "actor-storage.hosting");
        return new HostingSettings
        {
            AnswerMax = all.Time("answer-max"),
            LockWaitMax = all.Time("lock-wait-max"),
            DrainMax = all.Time("drain-max"),
        };
    }
}
