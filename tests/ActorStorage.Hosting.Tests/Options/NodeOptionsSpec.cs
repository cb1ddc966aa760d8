// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Hosting;
using ActorStorage.Cluster.Node;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Hosting.Options;
using Akka.Configuration;

namespace ActorStorage.Hosting.Tests.Options;

/// <summary>The options of a node and HOCON say the same.</summary>
public sealed class NodeOptionsSpec
{
    public static TheoryData<string> Keys => [.. AllKeys()];

    [Fact]
    public void Should_have_a_property_for_every_key_of_the_references_and_no_other()
    {
        var written = StorageNode.Reference().GetConfig("actor-storage").AsEnumerable()
            .Where(area => !area.Key.EndsWith("-dispatcher", StringComparison.Ordinal))
            .SelectMany(area => area.Value.GetObject().Items.Keys.Select(key => $"{area.Key}.{key}"));
        Assert.Equal(written.Order(), AllKeys().Order());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Should_change_the_settings_by_every_key(string key)
    {
        var options = new NodeOptions();
        OptionsHoconSpec.Set(options, key, Sample(key));
        var hocon = OptionsHocon.Of(options);
        // A certificate and its key go together, and some of the values of this test would not.
        var beside = ConfigurationFactory.ParseString(
            "actor-storage.transfer { certificate-file = c, key-file = k }");
        Assert.True(
            Settings(hocon.WithFallback(beside)) != Settings(beside), $"{key} changes nothing");
    }

    /// <summary>Of those that are judged by more than their kind.</summary>
    private static object? Sample(string key) => key switch
    {
        "directory.buckets" or "directory.keys-max" => 77,
        "wire.message-size-max" => 200_000,
        "transfer.listen-address" => "127.0.0.9",
        "transfer.public-host" => "node.example",
        "transfer.bandwidth-max" => 12_345_678L,
        "transfer.chunk-size" => 123_456,
        _ => null,
    };

    private static (NodeSettings, TransferSettings, DirectorySettings) Settings(Config config) =>
        (NodeSettings.From(config), TransferSettings.From(config), DirectorySettings.From(config));

    private static IEnumerable<string> AllKeys() => OptionsHocon.Values(new NodeOptions()).Select(each => each.Key);
}
