// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Configuration;

namespace ActorStorage.Cluster.Tests.Transfer;

public sealed partial class TransferSettingsSpec
{
    [Fact]
    public void Should_read_every_key_of_the_reference_and_no_other()
    {
        var code = File.ReadAllText(
            Path.Combine(SourceTree.Root, "src/ActorStorage.Cluster/Transfer/TransferSettings.cs"));
        var read = Keys().Matches(code).Select(match => match.Groups[1].Value).Distinct();
        var written = TransferSettings.Reference().GetConfig("actor-storage.transfer").AsEnumerable()
            .Select(setting => setting.Key);
        Assert.Equal(written.Order(), read.Order());
    }

    [Theory]
    [InlineData("listen-address = everywhere", "listen-address")]
    [InlineData("listen-port = 70000", "listen-port")]
    [InlineData("listen-port = -1", "listen-port")]
    [InlineData("transfers-max = 0", "transfers-max")]
    [InlineData("bandwidth-max = -1", "bandwidth-max")]
    [InlineData("public-host = \"no host\"", "public-host")]
    [InlineData("rate-min = -1", "rate-min")]
    [InlineData("bandwidth-max = 1MiB, transfers-max = 8, rate-min = 65KiB", "rate-min")]
    [InlineData("chunk-size = 2GiB", "chunk-size")]
    [InlineData("chunk-size = 63KiB", "chunk-size")]
    [InlineData("chunk-size = 0", "chunk-size")]
    [InlineData("stall-max = 0s", "stall-max")]
    [InlineData("key-file = /key.pem", "certificate-file")]
    [InlineData("certificate-file = /certificate.pem", "key-file")]
    public void Should_name_the_key_when_a_value_makes_no_sense(string text, string key)
    {
        var refused = Assert.Throws<StorageException>(() => TransferSettings.From(
            ConfigurationFactory.ParseString($"actor-storage.transfer {{ {text} }}")));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains($"transfer.{key}:", refused.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("all\\.(?:Text|AtLeast|Time|Size|SizeOrNone)\\([^\"]*\"([a-z-]+)\"\\)")]
    private static partial Regex Keys();
}
