// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Interop;

/// <summary><c>disk-use</c>, <c>explain</c> and <c>collect</c> on what the Go tool has made.</summary>
public sealed partial class SpaceCommandsSpec : IAsyncLifetime
{
    private readonly StorageRoot _root = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _root.DisposeAsync();

    [SkippableFact]
    public async Task Should_say_what_layers_take_up_and_directories_without_a_record_too()
    {
        await ImportAsync("small", LayerArchive.Small(1));
        await ImportAsync("large", LayerArchive.Large(2, megabytes: 4), "-n", "called");
        var orphan = new string('a', 64);
        Directory.CreateDirectory(Path.Combine(_root.Overlay, orphan));
        File.WriteAllBytes(Path.Combine(_root.Overlay, orphan, "file"), new byte[100_000]);

        var plain = await Tool.Ours.MustAsync(_root, "disk-use");
        var json = await Tool.Ours.MustAsync(_root, "disk-use", "--json");

        Assert.Matches(@"^large \d+ called$", plain.Lines[0]);
        Assert.Matches(@"^small \d+$", plain.Lines[1]);
        Assert.Matches($@"^{orphan} \d+ \(no record\)$", plain.Lines[2]);
        Assert.Matches(@"^layers: 2, \d+ bytes$", plain.Lines[3]);
        Assert.Matches(@"^without a record: 1, \d+ bytes$", plain.Lines[4]);
        Assert.Matches(@"^free: \d+ bytes$", plain.Lines[5]);
        using var document = JsonDocument.Parse(json.Output);
        var found = document.RootElement;
        foreach (var layer in found.GetProperty("layers").EnumerateArray())
        {
            var id = layer.GetProperty("id").GetString()!;
            var tarSplit = Path.Combine(_root.Graph, "overlay-layers", $"{id}.tar-split.gz");
            var real = await AllocatedAsync(Path.Combine(_root.Overlay, id), tarSplit);
            Assert.InRange(layer.GetProperty("bytes").GetInt64(), real * 99 / 100, real * 101 / 100);
        }
        Assert.Equal(
            await AllocatedAsync(Path.Combine(_root.Overlay, orphan)),
            found.GetProperty("orphans-bytes").GetInt64());
    }

    [SkippableFact]
    public async Task Should_name_what_holds_a_layer_and_fail_for_what_is_none()
    {
        await ImportAsync("below", LayerArchive.Small(1));
        await Tool.GoNewest.MustAsync(_root, "create-layer", "-i", "top", "below");
        await Tool.GoNewest.MustAsync(_root, "create-image", "-i", "image", "top");
        var lease = $"actor-storage-lease-{new string('b', 32)}";
        await Tool.GoNewest.MustAsync(_root, "create-layer", "-i", "record", "-n", lease, "top");

        (await Tool.Ours.MustAsync(_root, "explain", "below")).Says("below: layer top\n");
        (await Tool.Ours.MustAsync(_root, "explain", "top"))
            .Says("top: image image\n").Says("top: layer record\n").Says($"top: lease {lease}\n");
        (await Tool.Ours.MustAsync(_root, "explain", "record")).Says($"record: lease {lease}\n");
        await Tool.GoNewest.MustAsync(_root, "create-layer", "-i", "free");
        (await Tool.Ours.MustAsync(_root, "explain", "free")).Says("free: nothing holds it\n");
        var failed = (await Tool.Ours.RunAsync(_root, "explain", "free", "nothing")).Failed();
        failed.Says("free: nothing holds it").Says("nothing: layer not known");
        var json = (await Tool.Ours.RunAsync(_root, "explain", "--json", "below", "nothing")).Failed().Output;
        Assert.Equal(
            """{"below":{"holders":[{"kind":"layer","holder":"top"}]},"nothing":{"error":"layer not known"}}""",
            json.Trim());
    }

    [SkippableFact]
    public async Task Should_collect_the_least_recently_mounted_first_and_no_more_than_wanted()
    {
        foreach (var layer in (string[])["a", "b", "c", "held"])
            await ImportAsync(layer, LayerArchive.Large(layer[0], megabytes: 4));
        await Tool.GoNewest.MustAsync(_root, "create-image", "-i", "image", "held");
        await Tool.GoNewest.MustAsync(_root, "create-layer", "-i", "record", "-n", "actor-storage-lease-x");
        Assert.Equal(["deleted: 0, 0 bytes"], (await Tool.Ours.MustAsync(_root, "collect")).Lines);

        MakeOld();
        await UsedAsync("a", "2021-03-01");
        await UsedAsync("b", "2021-01-01");
        await UsedAsync("c", "2021-02-01");
        string[] wanted = ["collect", "--target", "5M"];

        var dry = await Tool.Ours.MustAsync(_root, [.. wanted, "--dry-run"]);
        Assert.Equal(["b", "c", "to"], dry.Lines.Select(FirstWord));
        Assert.Equal(5, (await LayersAsync()).Length);
        Assert.Equal(["b", "c", "deleted:"], (await Tool.Ours.MustAsync(_root, wanted)).Lines.Select(FirstWord));
        // Mounted by the other tool: used now.
        await Tool.GoNewest.MustAsync(_root, "mount", "a");
        await Tool.GoNewest.MustAsync(_root, "unmount", "a");
        var young = (await Tool.Ours.RunAsync(_root, "collect", "-t", "1")).Failed();
        young.Says("collect: 0 of 1 bytes: the other layers are held, or were used within 24h");

        var json = (await Tool.Ours.MustAsync(_root, "collect", "--unused-for", "0s", "--json")).Output;
        using var document = JsonDocument.Parse(json);
        Assert.Equal("a", Assert.Single(document.RootElement.GetProperty("layers").EnumerateArray())
            .GetProperty("id").GetString());
        Assert.Equal(["held", "record"], (await LayersAsync()).Order());
        // Nothing but the lease needs its record, which is years old by now.
        await Tool.GoNewest.MustAsync(_root, "delete-layer", "record");
        await Tool.GoNewest.MustAsync(_root, "check");
        Assert.Empty(_root.Leftovers());
    }

    [SkippableTheory]
    [InlineData("--target", "1.5G", "--target: invalid number of bytes \"1.5G\"")]
    [InlineData("--unused-for", "1d", "--unused-for: invalid duration \"1d\"")]
    public async Task Should_name_the_option_that_makes_no_sense(string option, string value, string words) =>
        (await Tool.Ours.RunAsync(_root, "collect", option, value)).Failed().Says(words);

    private async Task ImportAsync(string id, LayerArchive archive, params string[] options) =>
        await Tool.GoNewest.MustAsync(
            _root, ["import-layer", "-i", id, "-f", archive.SaveAs(_root.File($"{id}.tar")), .. options]);

    /// <summary>As if every layer had been made years ago.</summary>
    private void MakeOld()
    {
        var index = Path.Combine(_root.Graph, "overlay-layers", "layers.json");
        File.WriteAllText(index, Created().Replace(File.ReadAllText(index), "\"created\":\"2020-01-01T00:00:00Z\""));
    }

    /// <summary>The time that the directory has after a mount has gone.</summary>
    private async Task UsedAsync(string layer, string date) => (await Command.RunAsync(
        "touch", "--date", date, Path.Combine(_root.Overlay, layer))).Succeeded();

    private async Task<string[]> LayersAsync() => (await Tool.GoNewest.MustAsync(_root, "layers", "-q")).Lines;

    private static string FirstWord(string line) => line.Split(' ')[0];

    private static async Task<long> AllocatedAsync(params string[] paths)
    {
        var du = await Command.RunAsync("du", ["-s", "-x", "-B1", "--total", .. paths.Where(Path.Exists)]);
        return long.Parse(
            du.Succeeded().Lines[^1].Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("\"created\":\"[^\"]*\"")]
    private static partial Regex Created();
}
