// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Tests.Archive;
using Akka.Configuration;

namespace ActorStorage.Tests.Staging;

/// <summary>Every limit of an archive, as a setting of an engine.</summary>
public sealed class ArchiveLimitsSpec : IAsyncLifetime
{
    private const int Much = 3 << 20;
    private readonly EngineRoot _engine = new();

    public static TheoryData<string, string> Limits => new()
    {
        { "entries-max", "3" },
        { "path-length-max", "20" },
        { "depth-max", "2" },
        { "header-size-max", "100" },
        { "entry-headers-size-max", "1000" },
        { "inflated-size-max", "1MiB" },
        { "ratio-max", "50, ratio-from = 1MiB" },
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Should_name_limit_entry_and_setting_when_an_archive_exceeds_it(string setting, string value)
    {
        var client = await StartAsync($"{setting} = {value}");

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => client.PutLayerAsync(EngineRoot.Of(Exceeding(setting), "one")));

        Assert.Equal(StorageErrorKind.TooLarge, refused.Kind);
        Assert.Contains($"(setting actor-storage.archives.{setting})", refused.Message, StringComparison.Ordinal);
        Assert.Contains(value.Split(',')[0] is "1MiB" ? "1048576" : value.Split(',')[0], refused.Message,
            StringComparison.Ordinal);
        Assert.Contains("odd", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await client.ListLayersAsync());
        await _engine.StopAsync();
        Assert.Empty(_engine.Root.Leftovers());
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Should_hold_for_an_archive_that_comes_later(string setting, string value)
    {
        var client = await StartAsync($"{setting} = {value}");
        await client.PutLayerAsync(EngineRoot.Empty("one"));
        var blob = Exceeding(setting);

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => client.ApplyDiffAsync("one", new LayerBlob("blob", () => new MemoryStream(blob))));

        Assert.Equal(StorageErrorKind.TooLarge, refused.Kind);
    }

    [Fact]
    public async Task Should_take_all_of_them_by_default()
    {
        var client = await StartAsync("");
        foreach (var limit in Limits.Select(limit => (string)limit[0]))
            await client.PutLayerAsync(EngineRoot.Of(Exceeding(limit), limit));
        Assert.Equal(Limits.Count, (await client.ListLayersAsync()).Count);
    }

    private async Task<StorageClient> StartAsync(string archives)
    {
        var config = ConfigurationFactory.ParseString($"actor-storage.archives {{ {archives} }}");
        var settings = StorageSettings.From(_engine.Settings.Paths, config);
        return await _engine.StartAsync(_engine.Settings with { Archives = settings.Archives });
    }

    private static byte[] Exceeding(string setting) => setting switch
    {
        "entries-max" => new TarBuilder().File("a").File("b").File("c").File("odd").Ended(),
        "path-length-max" => new TarBuilder().File("odd-name-longer-than-so").Ended(),
        "depth-max" => new TarBuilder().File("d/./e").File("odd/e/f").Ended(),
        "header-size-max" => new TarBuilder()
            .Extension('x', "odd", TarBuilder.Record(("comment", new string('x', 100)))).File("a").Ended(),
        "entry-headers-size-max" => new TarBuilder().Pax(("a", "b")).Extension('L', "odd", "c").File("a").Ended(),
        _ => Compressed.Gzip(new TarBuilder().File(new TarFields("odd"), new byte[Much]).Ended()),
    };
}
