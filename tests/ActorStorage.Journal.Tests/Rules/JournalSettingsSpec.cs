// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Configuration;

namespace ActorStorage.Journal.Tests.Rules;

public sealed partial class JournalSettingsSpec
{
    private static readonly StoragePaths Paths = new("/graph", "/run");

    [Fact]
    public void Should_read_every_key_of_the_reference_and_no_other()
    {
        var code = File.ReadAllText(
            Path.Combine(SourceTree.Root, "src/ActorStorage.Journal/JournalSettings.cs"));
        var read = Keys().Matches(code).Select(match => match.Groups[1].Value).ToHashSet();
        var written = JournalSettings.Reference().GetConfig("actor-storage.journal").AsEnumerable()
            .Select(setting => setting.Key).ToHashSet();
        Assert.Equal(written.Order(), read.Order());
    }

    [Theory]
    [InlineData("actor-storage.journal.database = oracle", "database")]
    [InlineData("actor-storage.journal.database = postgres", "connection-string")]
    [InlineData("actor-storage.journal.snapshot-every = 0", "snapshot-every")]
    [InlineData("actor-storage.journal.page-max = 0", "page-max")]
    [InlineData("actor-storage.journal.retry-min = 0s", "retry-min")]
    [InlineData("actor-storage.journal.retry-max = infinite", "retry-max")]
    public void Should_name_the_key_when_a_value_makes_no_sense(string text, string key)
    {
        var refused = Assert.Throws<StorageException>(
            () => JournalSettings.From(Paths, ConfigurationFactory.ParseString(text)));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_keep_its_files_beside_the_root_by_default() =>
        Assert.Equal("/graph-journal", JournalSettings.From(new StoragePaths("/graph/", "/run")).SqliteDirectory);

    [Fact]
    public void Should_not_weigh_on_the_command_line()
    {
        var project = File.ReadAllText(
            Path.Combine(SourceTree.Root, "src/ActorStorage.Cli/ActorStorage.Cli.csproj"));
        var engine = File.ReadAllText(Path.Combine(SourceTree.Root, "src/ActorStorage/ActorStorage.csproj"));
        Assert.DoesNotContain("Journal", project + engine, StringComparison.Ordinal);
    }

    [GeneratedRegex("all\\.(?:Text|AtLeast|Time)\\([^\"]*\"([a-z-]+)\"\\)")]
    private static partial Regex Keys();
}
