// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Equal files of the layers of images share their extents.</summary>
public sealed class DedupSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_share_as_much_each_time_when_files_are_equal(ToolUnderTest subject) =>
        subject.InRootWithReflinksAsync(async root =>
        {
            var store = root.Main;
            var archives = await ThreeLayers.ExtractDiffsAsync(root, await ThreeLayers.BuildAsync(store));
            var parent = "";
            foreach (var archive in archives)
            {
                parent = await store.SaysAsync("import-layer", "-f", archive, parent);
                await store.IdAsync("create-image", parent);
            }
            // What the lowest layer has is now in the top one as well.
            await store.MustAsync("apply-diff", "-f", archives[0], parent);

            var shared = await SharedAsync(store);

            Assert.True(shared > 0, "nothing is shared");
            foreach (var method in new[] { "size", "crc", "sha256" })
            {
                for (var run = 0; run < 2; run++)
                    Assert.Equal((method, shared), (method, await SharedAsync(store, "--hash-method=" + method)));
            }
        });

    private static async Task<long> SharedAsync(ConformanceStore store, params string[] options) =>
        (long)JsonNode.Parse(await store.SaysAsync(["dedup", "-j", .. options]))!["Deduped"]!;
}
