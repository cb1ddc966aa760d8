// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using Mono.Unix;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// What layers that were worked in hold, against their parents and any other layer: the newest Go tool and an engine
/// in this process look at the same files.
/// </summary>
public sealed partial class EditedLayerSpec
{
    private static readonly bool All =
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_ALL"));

    private static readonly int Count =
        int.TryParse(Environment.GetEnvironmentVariable("ACTORSTORAGE_FIDELITY_SEEDS"), out var count) ? count : 40;

    public static TheoryData<string, int> Seeds
    {
        get
        {
            // The container is mounted when the seed is even.
            if (!All) return new TheoryData<string, int> { { "overlay", 2 }, { "vfs", 1 } };
            var seeds = new TheoryData<string, int>();
            for (var seed = 1; seed <= Count; seed++)
            {
                seeds.Add("overlay", seed);
                seeds.Add("vfs", seed);
            }
            return seeds;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Seeds))]
    public async Task Should_say_what_the_go_engine_says_when_layers_were_edited(string driver, int seed)
    {
        Tool.Require(Tool.GoNewest);
        await using var edited = new EditedRoot(driver, seed);
        await edited.MakeAsync();
        var layer = edited.Container;
        (string Layer, string? Reference)[] pairs =
        [
            (EditedRoot.Base, null), (EditedRoot.Left, null), (layer, null), (EditedRoot.Right, EditedRoot.Base),
            (EditedRoot.Left, EditedRoot.Right), (EditedRoot.Right, layer), (layer, EditedRoot.Base),
            (layer, EditedRoot.Right), (EditedRoot.Base, layer),
        ];
        var faults = new List<string>();
        foreach (var (each, reference) in pairs) faults.AddRange(await DifferencesAsync(edited, each, reference));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [SkippableTheory]
    [MemberData(nameof(Seeds))]
    public async Task Should_make_what_the_go_engine_makes_when_a_diff_is_applied_to_an_edited_layer(
        string driver, int seed)
    {
        Tool.Require(Tool.GoNewest);
        await using var edited = new EditedRoot(driver, seed);
        var started = DateTimeOffset.UtcNow;
        await edited.MakeAsync();
        var diff = await DiffAsync(edited, edited.Container, EditedRoot.Right);
        var file = edited.Root.File("diff");
        await File.WriteAllBytesAsync(file, diff);

        var refusal = await ApplyAsync(edited, diff);
        var theirs = await Tool.GoNewest.RunAsync(edited.Root, "applydiff", "-f", file, EditedRoot.TheirTwin);

        Assert.True(refusal is null == (theirs.ExitCode == 0), $"ours {refusal}\ntheirs {theirs.Error}");
        if (refusal is not null) return;
        var ours = Made(edited, EditedRoot.OurTwin, started);
        var differences = ImportedLayer.Differences(ours, Made(edited, EditedRoot.TheirTwin, started)).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>Without the layer's name, and without the one that the kernel gives each overlay.</summary>
    private static ImportedLayer Made(EditedRoot edited, string layer, DateTimeOffset started)
    {
        var made = ImportedLayer.Of(edited.Root, layer, started);
        return made with
        {
            Record = made.Record.Replace(layer, "twin", StringComparison.Ordinal),
            Tree = [.. made.Tree.Select(line => OverlayName().Replace(line, ""))],
        };
    }

    private static async Task<string?> ApplyAsync(EditedRoot edited, byte[] diff)
    {
        try
        {
            await edited.Client.ApplyDiffAsync(
                EditedRoot.OurTwin, new LayerBlob("diff", () => new MemoryStream(diff), diff.Length));
            return null;
        }
        catch (StorageException refused)
        {
            return refused.Message;
        }
    }

    private static async Task<List<string>> DifferencesAsync(EditedRoot edited, string layer, string? reference)
    {
        string[] arguments = reference is null ? [layer] : [layer, reference];
        var which = string.Join(" against ", arguments);
        var faults = new List<string>();

        var changes = await ChangesAsync(edited, layer, reference);
        Assert.Equal(changes, await ChangesAsync(edited, layer, reference));
        var listed = new ListedDifferences(edited, layer);
        var theirs = await Tool.GoNewest.RunAsync(edited.Root, ["changes", "--json", .. arguments]);
        if (!listed.AreKeptBack(theirs))
        {
            var (we, they) = (Shown(changes).ToList(), Parse(theirs.Succeeded()));
            var onlyWe = we.Except(they).Where(line => !listed.HasChange(line));
            var onlyThey = they.Except(we).Where(line => !listed.HasChange(line));
            faults.AddRange(onlyWe.Select(line => $"{which}: only we say {line}"));
            faults.AddRange(onlyThey.Select(line => $"{which}: only they say {line}"));
        }

        var diff = await DiffAsync(edited, layer, reference);
        var undated = UndatedArchive.Of(diff, listed.HasEntry);
        Assert.Equal(undated, UndatedArchive.Of(await DiffAsync(edited, layer, reference), listed.HasEntry));
        var theirDiff = await Tool.GoNewest.RunAsync(edited.Root, ["diff", "-u", .. arguments]);
        if (theirDiff.ExitCode != 0) faults.Add($"{which}: they write no diff: {theirDiff.Error}");
        else
        {
            var theirUndated = UndatedArchive.Of(theirDiff.OutputBytes, listed.HasEntry);
            var same = undated.AsSpan().CommonPrefixLength(theirUndated);
            if (same < undated.Length || same < theirUndated.Length)
                faults.Add($"{which}: diffs of {undated.Length} and {theirUndated.Length}, the same up to byte {same}");
        }

        var size = (await edited.Client.DiffSizeAsync(layer, reference)).ToString(CultureInfo.InvariantCulture);
        var theirSize = (await Tool.GoNewest.MustAsync(edited.Root, ["diffsize", .. arguments])).Text;
        if (size != theirSize) faults.Add($"{which}: size {size} and {theirSize}");
        return faults;
    }

    /// <summary>JSON has no bytes that are not UTF-8.</summary>
    private static IEnumerable<string> Shown(IEnumerable<string> changes) =>
        changes.Select(line => Encoding.UTF8.GetString(UnixEncoding.Instance.GetBytes(line)));

    private static async Task<string[]> ChangesAsync(EditedRoot edited, string layer, string? reference)
    {
        var changes = await edited.Client.ChangesAsync(layer, reference);
        return [.. changes.Select(change => $"{change.Kind} {change.Path}")];
    }

    /// <summary>In the order of a hash table, so nobody can compare it with that of ours.</summary>
    private static string[] Parse(Outcome outcome)
    {
        using var changes = JsonDocument.Parse(outcome.Output);
        if (changes.RootElement.ValueKind != JsonValueKind.Array) return [];
        return [.. changes.RootElement.EnumerateArray().Select(change =>
            $"{(LayerChangeKind)change.GetProperty("Kind").GetInt32()} {change.GetProperty("Path").GetString()}")];
    }

    private static async Task<byte[]> DiffAsync(EditedRoot edited, string layer, string? reference)
    {
        using var diff = new MemoryStream();
        await edited.Client.DiffAsync(layer, diff, Compression.None, reference);
        return diff.ToArray();
    }

    [GeneratedRegex(" trusted.overlay.uuid=[0-9a-f]+")]
    private static partial Regex OverlayName();
}
