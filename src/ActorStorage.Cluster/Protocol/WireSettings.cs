// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Cluster.Protocol;

/// <summary>How long messages between machines may be. Keys and reasons stand in hocon/wire.conf.</summary>
public sealed record WireSettings
{
    private const long AnySize = 1L << 30;

    public required int MessageSizeMax { get; init; }
    public required int ItemsMax { get; init; }
    public required int TextLengthMax { get; init; }

    /// <summary>The defaults and the serializer, as embedded in this assembly: a fallback for the configuration of
    /// every actor system that speaks with nodes.</summary>
    public static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("ActorStorage.Cluster.wire.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static WireSettings From(Config config)
    {
        var all = new SettingValues(config.WithFallback(Reference()), "actor-storage.wire");
        return new WireSettings
        {
            MessageSizeMax = (int)all.Size(AnySize, "message-size-max"),
            ItemsMax = all.AtLeast(1, "items-max"),
            TextLengthMax = all.AtLeast(1, "text-length-max"),
        };
    }
}
