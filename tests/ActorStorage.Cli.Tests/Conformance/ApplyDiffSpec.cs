// SPDX-License-Identifier: Apache-2.0

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Archives of layers that become layers again.</summary>
public sealed class ApplyDiffSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_make_the_same_layers_again_when_their_diffs_are_applied(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var archives = await DiffsOfDeletedLayersAsync(root);
            var (layers, parent) = (new List<string>(), "");
            foreach (var archive in archives)
            {
                layers.Add(parent = await root.Main.LayerAsync(parent));
                (await root.Main.QuietAsync("applydiff", "-f", archive, parent)).Succeeded().SaysNothing();
            }
            await ThreeLayers.HaveTheirChangesAsync(root.Main, [.. layers]);
            await ThreeLayers.HaveTheirDiffsAsync(root, [.. layers]);
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_make_the_same_layers_again_when_their_diffs_are_imported(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var archives = await DiffsOfDeletedLayersAsync(root);
            var (layers, parent) = (new List<string>(), "");
            foreach (var archive in archives)
            {
                parent = await root.Main.SaysAsync("import-layer", "-f", archive, parent);
                Assert.Matches("^[0-9a-f]{64}$", parent);
                layers.Add(parent);
            }
            await ThreeLayers.HaveTheirChangesAsync(root.Main, [.. layers]);
            await ThreeLayers.HaveTheirDiffsAsync(root, [.. layers]);
        });

    [SkippableTheory]
    [ToolsUnderTest(Drivers = "overlay")]
    public Task Should_show_the_files_in_a_container_when_a_directory_was_staged(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var configuration = await ConfigurationAsync(root);
            Directory.CreateDirectory(root.File("staged"));
            foreach (var i in new[] { 1, 2, 3 }) root.RandomFile($"staged/file{i}");
            async Task<string> SaysAsync(params string[] arguments) =>
                (await root.Main.ConfiguredAsync(configuration, arguments)).Succeeded().Text;

            var layer = await SaysAsync("create-layer");
            Assert.Matches("^[0-9a-f]{64}$", layer);
            Assert.Equal("", await SaysAsync("applydiff-using-staging-dir", layer, root.File("staged")));
            await SaysAsync("create-image", "--name", "staged-image", layer);
            await SaysAsync("create-container", "--name", "staged-container", "staged-image");
            var point = await SaysAsync("mount", "staged-container");

            foreach (var i in new[] { 1, 2, 3 })
            {
                Assert.Equal(
                    File.ReadAllBytes(root.File($"staged/file{i}")),
                    File.ReadAllBytes(Path.Combine(point, $"file{i}")));
            }
        });

    /// <summary>A configuration that alone leads to the test's store: its roots are what <c>status</c> says.</summary>
    private static async Task<string> ConfigurationAsync(ConformanceRoot root)
    {
        var status = await root.Main.LinesAsync("status");
        string Said(string key) =>
            Assert.Single(status, line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..];
        var path = root.File("storage.conf");
        await File.WriteAllTextAsync(path, $"""
            [storage]
            driver = "overlay"
            graphroot = "{Said("Root: ")}"
            runroot = "{Said("Run Root: ")}"
            [storage.options]
            pull_options = {"{"} enable_partial_images = "true" {"}"}

            """);
        return path;
    }

    private static async Task<string[]> DiffsOfDeletedLayersAsync(ConformanceRoot root)
    {
        var originals = await ThreeLayers.BuildAsync(root.Main);
        var archives = await ThreeLayers.ExtractDiffsAsync(root, originals);
        foreach (var layer in originals.Reverse()) await root.Main.MustAsync("delete-layer", layer);
        return archives;
    }
}
