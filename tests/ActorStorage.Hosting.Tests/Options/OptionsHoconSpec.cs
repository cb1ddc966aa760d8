// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Disk;
using ActorStorage.Hosting.Options;
using ActorStorage.Journal;
using Akka.Configuration;

namespace ActorStorage.Hosting.Tests.Options;

/// <summary>Options and HOCON say the same.</summary>
public sealed class OptionsHoconSpec
{
    private static readonly StoragePaths Paths = new("/graph", "/run");

    public static TheoryData<string> Keys => [.. AllKeys()];

    [Fact]
    public void Should_have_a_property_for_every_key_of_the_references_and_no_other()
    {
        string[] dispatchers = ["store-dispatcher", "journal-dispatcher"];
        var written = new[] { StorageSettings.Reference(), JournalSettings.Reference(), HostingSettings.Reference() }
            .SelectMany(reference => reference.GetConfig("actor-storage").AsEnumerable())
            .Where(area => !dispatchers.Contains(area.Key))
            .SelectMany(area => area.Value.GetObject().Items.Keys.Select(key => $"{area.Key}.{key}"));
        Assert.Equal(written.Order(), AllKeys().Order());
    }

    [Fact]
    public void Should_say_nothing_when_nothing_is_set() =>
        Assert.True(OptionsHocon.Of(new StorageOptions { Journal = new() }).IsEmpty);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Should_say_in_hocon_what_is_set_and_nothing_else(string key)
    {
        var options = new StorageOptions { Journal = new() };
        var value = Set(options, key);

        var hocon = OptionsHocon.Of(options);

        Assert.Equal(value, ReadAs(value, hocon, $"actor-storage.{key}"));
        var area = Assert.Single(hocon.GetConfig("actor-storage").AsEnumerable());
        Assert.Single(area.Value.GetObject().Items);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Should_change_the_settings_by_every_key(string key)
    {
        var options = new StorageOptions { Journal = new() };
        Set(options, key);
        var hocon = OptionsHocon.Of(options);
        var isOther = key.Split('.')[0] switch
        {
            "hosting" => HostingSettings.From(hocon) != HostingSettings.From(Config.Empty),
            "journal" => TextOf(JournalOf(hocon)) != TextOf(JournalOf(Config.Empty)),
            _ => StorageSettings.From(Paths, hocon) != StorageSettings.From(Paths),
        };
        Assert.True(isOther, $"{key} changes nothing");
    }

    private static IEnumerable<string> AllKeys() =>
        OptionsHocon.Values(new StorageOptions { Journal = new() }).Select(each => each.Key);

    // Only a server has a connection.
    private static JournalSettings JournalOf(Config config) => JournalSettings.From(Paths, config.WithFallback(
        ConfigurationFactory.ParseString(
            config.HasPath("actor-storage.journal.database")
                ? "actor-storage.journal.connection-string = here"
                : "actor-storage.journal { database = postgres, connection-string = here }")));

    private static string TextOf(JournalSettings settings) =>
        $"{settings with { Database = Config.Empty }} {settings.Database}";

    /// <param name="sample">Null for one that does for most.</param>
    /// <returns>The value.</returns>
    internal static object Set(object options, string key, object? sample = null)
    {
        var words = key.Split('.').Select(word => word.Replace("-", "", StringComparison.Ordinal)).ToArray();
        var area = Named(options.GetType(), words[0]).GetValue(options)!;
        var setting = Named(area.GetType(), words[1]);
        var value = sample ?? Sample(Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType);
        setting.SetValue(area, value);
        return value;
    }

    private static PropertyInfo Named(Type type, string name) => type.GetProperties()
        .Single(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static object Sample(Type type) => type switch
    {
        _ when type == typeof(int) => 12_345,
        _ when type == typeof(long) => 12_345L,
        _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(12_345.5),
        _ when type == typeof(string) => """Host=/run/x;Password="a\b" # $ {c}""",
        _ when type == typeof(FlushMode) => FlushMode.FileSystem,
        _ when type == typeof(JournalDatabase) => JournalDatabase.Sqlite,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no sample of that"),
    };

    private static object? ReadAs(object value, Config config, string key) => value switch
    {
        int => config.GetInt(key),
        long => config.GetByteSize(key),
        TimeSpan => config.GetTimeSpan(key),
        Enum other => Enum.Parse(other.GetType(), config.GetString(key), ignoreCase: true),
        _ => config.GetString(key),
    };
}
