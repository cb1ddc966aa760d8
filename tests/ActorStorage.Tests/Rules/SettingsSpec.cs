// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using Akka.Configuration;

namespace ActorStorage.Tests.Rules;

public sealed partial class SettingsSpec
{
    private static readonly StoragePaths Paths = new("/graph", "/run");

    [Fact]
    public void Should_read_every_key_of_the_reference_and_no_other()
    {
        var code = File.ReadAllText(Path.Combine(SourceTree.Root, "src/ActorStorage/StorageSettings.cs"));
        var read = Keys().Matches(code).Select(match => match.Groups[1].Value).ToHashSet();
        var written = StorageSettings.Reference().GetConfig("actor-storage").AsEnumerable()
            .Where(area => area.Key is not "store-dispatcher")
            .SelectMany(area => area.Value.GetObject().Items.Keys.Select(key => $"{area.Key}.{key}"))
            .ToHashSet();
        Assert.Equal(written.Order(), read.Order());
    }

    [Theory]
    [InlineData("actor-storage.staging.flush = sometimes", "staging.flush")]
    [InlineData("actor-storage.stores.batch-max = 0", "stores.batch-max")]
    [InlineData("actor-storage.staging.parallelism-max = -1", "staging.parallelism-max")]
    [InlineData("actor-storage.locks.wait-max = infinite", "locks.wait-max")]
    [InlineData("actor-storage.locks.right-wait-max = 0s", "locks.right-wait-max")]
    [InlineData("actor-storage.requests.timeout = 30d", "requests.timeout")]
    [InlineData("actor-storage.archives.header-size-max = 1GiB", "archives.header-size-max")]
    [InlineData("actor-storage.archives.ratio-max = 0", "archives.ratio-max")]
    [InlineData("actor-storage.archives.inflated-size-max = 0", "archives.inflated-size-max")]
    public void Should_name_the_key_when_a_value_makes_no_sense(string text, string key)
    {
        var refused = Assert.Throws<StorageException>(
            () => StorageSettings.From(Paths, ConfigurationFactory.ParseString(text)));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_limit_archives_as_those_who_give_no_limits_do() =>
        Assert.Equal(ArchiveLimits.Default, StorageSettings.From(Paths).Archives);

    [Fact]
    public void Should_take_the_callers_values_before_the_defaults()
    {
        var own = ConfigurationFactory.ParseString("actor-storage.staging { parallelism-max = 3, flush = filesystem }");
        var settings = StorageSettings.From(Paths, own);
        Assert.Equal((3, FlushMode.FileSystem), (settings.StagersMax, settings.Flush));
        Assert.Equal(TimeSpan.FromMinutes(10), settings.RequestTimeout);
    }

    [GeneratedRegex("\"([a-z]+\\.[a-z-]+)\"")]
    private static partial Regex Keys();
}
