// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorStorage.Cli.Tests.Tools;

/// <summary>What a tool says about the layers of a root.</summary>
public static class LayerList
{
    /// <summary>The records as <c>layers --json</c> gives them, in its order.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RecordsAsync(Tool tool, StorageRoot root)
    {
        var outcome = await tool.MustAsync(root, "layers", "--json");
        // The newest Go tool says null when there is none, the older one an empty list.
        return JsonNode.Parse(outcome.Output) is JsonArray list ? [.. list.Select(node => node!.AsObject())] : [];
    }

    public static async Task<string[]> IdsAsync(Tool tool, StorageRoot root) =>
        [.. (await RecordsAsync(tool, root)).Select(record => (string)record["id"]!)];

    /// <summary>Fails unless both tools list the same records with the same content in the same order.</summary>
    public static async Task SameAsync(Tool one, Tool other, StorageRoot root)
    {
        var left = (await RecordsAsync(one, root)).Select(Canonical).ToArray();
        var right = (await RecordsAsync(other, root)).Select(Canonical).ToArray();
        Assert.Equal(left, right);
    }

    /// <summary>Fails unless every layer is rebuilt with exactly the bytes its record has the digest of.</summary>
    public static async Task EveryLayerIsWholeAsync(Tool tool, StorageRoot root)
    {
        foreach (var record in await RecordsAsync(tool, root))
        {
            var id = (string)record["id"]!;
            Assert.False(record["flags"]?["incomplete"] is not null, $"layer {id} is incomplete");
            if ((string?)record["diff-digest"] is not { } digest) continue;
            var diff = await tool.MustAsync(root, "diff", "--uncompressed", id);
            Assert.Equal((id, digest), (id, "sha256:" + diff.OutputSha256));
        }
    }

    /// <summary>Fails unless the newest Go tool finds nothing wrong and nothing lies around.</summary>
    public static async Task CleanAsync(StorageRoot root)
    {
        var check = await Tool.GoNewest.RunAsync(root, "check");
        Assert.True(check.ExitCode == 0 && check.Output.Length == 0, $"the root is damaged\n{check}");
        await NothingLiesAroundAsync(root);
    }

    /// <summary>Fails when a layer directory has no record or something half-made is left.</summary>
    public static async Task NothingLiesAroundAsync(StorageRoot root)
    {
        var recorded = (await IdsAsync(Tool.GoNewest, root)).Order(StringComparer.Ordinal);
        Assert.Equal(recorded, root.LayerDirectories());
        Assert.Empty(root.Leftovers());
    }

    private static string Canonical(JsonObject record) => record.ToJsonString(new JsonSerializerOptions());
}
