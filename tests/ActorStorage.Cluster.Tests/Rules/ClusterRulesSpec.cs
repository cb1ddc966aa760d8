// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Rules;

public sealed partial class ClusterRulesSpec
{
    [Fact]
    public void Should_offer_what_was_agreed_upon() => FrozenSurface.Check(typeof(StorageNode));

    [Theory]
    [InlineData("wire", "Protocol/WireSettings.cs")]
    [InlineData("node", "Node/NodeSettings.cs")]
    public void Should_read_every_key_of_the_reference_and_no_other(string section, string file)
    {
        var code = File.ReadAllText(Path.Combine(SourceTree.Root, "src/ActorStorage.Cluster", file));
        var read = Keys().Matches(code).Select(match => match.Groups[1].Value).ToHashSet();
        var written = NodeSettings.Reference().GetConfig($"actor-storage.{section}").AsEnumerable()
            .Select(setting => setting.Key).ToHashSet();
        Assert.Equal(written.Order(), read.Order());
    }

    [Theory]
    [InlineData("wire.message-size-max = 0")]
    [InlineData("wire.items-max = 0")]
    [InlineData("wire.text-length-max = -1")]
    [InlineData("node.requests-max = 0")]
    [InlineData("node.request-time = 0s")]
    [InlineData("node.request-time-max = infinite")]
    [InlineData("node.parallelism-max = -1")]
    [InlineData("node.retries-max = -1")]
    [InlineData("node.silence-max = 0s")]
    public void Should_name_the_key_when_a_value_makes_no_sense(string setting)
    {
        var refused = Assert.Throws<StorageException>(
            () => NodeSettings.From(ConfigurationFactory.ParseString($"actor-storage.{setting}")));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains(setting.Split(' ')[0], refused.Message, StringComparison.Ordinal);
    }

    /// <summary>With what Akka.Remote puts around a message.</summary>
    [Fact]
    public void Should_fit_into_the_frames_of_remoting()
    {
        var remote = RemoteSystem.Create("frames");
        var frame = remote.Settings.Config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size");
        Assert.True(WireSettings.From(remote.Settings.Config).MessageSizeMax + 4096 <= frame);
        remote.Terminate();
    }

    [Fact]
    public void Should_block_no_thread_of_the_pool()
    {
        string[] words = ["Task.Run(", "Thread.Sleep(", ".Result;", "Task.Delay("];
        var faults = SourceTree.Files("src/ActorStorage.Cluster/Node", "src/ActorStorage.Cluster/Protocol")
            .SelectMany(file => words.Where(File.ReadAllText(file).Contains).Select(word => $"{file}: {word}"));
        Assert.Equal([], faults);
    }

    [GeneratedRegex("all\\.(?:Text|AtLeast|Time|Size)\\([^\"]*\"([a-z-]+)\"\\)")]
    private static partial Regex Keys();
}
