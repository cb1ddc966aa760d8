// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Whereabouts;

public sealed partial class DirectorySettingsSpec
{
    [Fact]
    public void Should_read_every_key_of_the_reference_and_no_other()
    {
        var code = File.ReadAllText(
            Path.Combine(SourceTree.Root, "src/ActorStorage.Cluster/Whereabouts/DirectorySettings.cs"));
        var read = Keys().Matches(code).Select(match => match.Groups[1].Value);
        var written = DirectorySettings.Reference().GetConfig("actor-storage.directory").AsEnumerable()
            .Select(setting => setting.Key);
        Assert.Equal(written.Order(), read.Order());
    }

    [Theory]
    [InlineData("buckets = 0")]
    [InlineData("buckets = 4000")]
    [InlineData("keys-max = 0")]
    [InlineData("keys-max = 10000")]
    [InlineData("summary-interval = 0s")]
    [InlineData("fetch-max = 0s")]
    [InlineData("claims-max = -1")]
    public void Should_name_the_key_when_a_value_makes_no_sense(string setting)
    {
        var refused = Assert.Throws<StorageException>(
            () => DirectorySettings.From(ConfigurationFactory.ParseString($"actor-storage.directory.{setting}")));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains(setting.Split(' ')[0], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_listen_on_loopback_only_and_end_a_split()
    {
        var system = ActorSystem.Create(
            "defaults",
            ConfigurationFactory.ParseString(
                "akka { remote.dot-netty.tcp.port = 0, loglevel = OFF, stdout-loglevel = OFF }")
                .WithFallback(DirectorySettings.Reference()));
        var cluster = Akka.Cluster.Cluster.Get(system);
        Assert.Equal("127.0.0.1", cluster.SelfAddress.Host);
        Assert.Contains(DirectorySettings.Role, cluster.SelfRoles);
        Assert.IsType<Akka.Cluster.SBR.SplitBrainResolverProvider>(cluster.DowningProvider);
        Assert.Equal("", system.Settings.Config.GetString("akka.remote.dot-netty.tcp.public-hostname", ""));
        await system.Terminate();
    }

    [GeneratedRegex("all\\.(?:AtLeast|Time)\\([^\"]*\"([a-z-]+)\"\\)")]
    private static partial Regex Keys();
}
