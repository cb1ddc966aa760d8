// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Configuration;

namespace ActorStorage.Hosting.Tests.Options;

public sealed partial class HostingSettingsSpec
{
    [Fact]
    public void Should_read_every_key_of_the_reference_and_no_other()
    {
        var code = File.ReadAllText(Path.Combine(SourceTree.Root, "src/ActorStorage.Hosting/HostingSettings.cs"));
        var read = Keys().Matches(code).Select(match => match.Groups[1].Value);
        var written = HostingSettings.Reference().GetConfig("actor-storage.hosting").AsEnumerable()
            .Select(setting => setting.Key);
        Assert.Equal(written.Order(), read.Order());
    }

    [Fact]
    public void Should_name_the_key_when_a_value_makes_no_sense()
    {
        var refused = Assert.Throws<StorageException>(() => HostingSettings.From(
            ConfigurationFactory.ParseString("actor-storage.hosting.drain-max = infinite")));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains("hosting.drain-max", refused.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("all\\.Time\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Keys();
}
