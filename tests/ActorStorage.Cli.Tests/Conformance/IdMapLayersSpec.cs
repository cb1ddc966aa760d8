// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Layers whose ids are mapped otherwise than those of the layer below.</summary>
public sealed class IdMapLayersSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_own_everything_by_its_map_when_an_archive_is_applied_to_a_mounted_layer(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var contents = MappedRange.Numbers.ToDictionary(i => i, i => Noise.Of(i, SampleFile.Bytes));
            var layer = await root.Main.LayerAsync(MappedRange.Of(2).Options);
            var baseMount = await root.Main.MountAsync(layer);
            foreach (var (i, content) in contents)
            {
                File.WriteAllBytes(Path.Combine(baseMount, $"file_{i}"), content);
                Owner.Set(Path.Combine(baseMount, $"file_{i}"), (uint)i, (uint)i);
            }
            (await Command.RunAsync("ln", Path.Combine(baseMount, "file_1"), Path.Combine(baseMount, "linked_1")))
                .Succeeded();
            await root.Main.UnmountAsync(layer);

            foreach (var i in MappedRange.Numbers)
            {
                layer = await root.Main.LayerAsync([.. MappedRange.Of(i).Options, layer]);
                var point = await root.Main.MountAsync(layer);
                (await root.Main.FeedAsync(ArchiveOf(root, i, contents), "apply-diff", layer))
                    .Succeeded().SaysNothing();

                Assert.Equal(
                    Owner.InodeOf(Path.Combine(point, "file_1")), Owner.InodeOf(Path.Combine(point, "linked_1")));
                foreach (var (j, content) in contents)
                {
                    string[] files =
                    [
                        Path.Combine(point, $"file_{j}"),
                        .. Enumerable.Range(1, i).Select(k => Path.Combine(point, $"subdir_{k}", $"file_{j}")),
                    ];
                    foreach (var file in files)
                    {
                        Assert.Equal((file, MappedRange.Of(i).OwnerOf(j)), (file, Owner.Of(file)));
                        Assert.Equal(content, File.ReadAllBytes(file));
                    }
                }
                await root.Main.UnmountAsync(layer);
            }
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_show_only_what_was_changed_when_layers_have_other_maps(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var stack = await MappedStack.BaseAsync(root.Main);
            foreach (var i in MappedRange.Numbers)
            {
                stack = await stack.PutOnAsync(root.Main, i);

                Assert.Equal($"Modify \"/file_{i}\"", await root.Main.SaysAsync("changes", stack.Top));
                var archive = root.File("diff.tar");
                await root.Main.MustAsync("diff", "-f", archive, stack.Top);
                var member = Assert.Single(
                    (await Command.RunAsync("tar", "--numeric-owner", "-tvf", archive)).Succeeded().Lines);
                Assert.EndsWith($" file_{i}", member, StringComparison.Ordinal);
                Assert.Contains(" 0/0 ", member, StringComparison.Ordinal);
            }
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_name_unmapped_owners_above_the_mount_when_asked(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var layer = await root.Main.LayerAsync(MappedRange.Of(1).Options);
            await root.Main.MountAsync(layer);
            (await root.Main.MustAsync("layer-parent-owners", layer)).Says("UIDs: [0]").Says("GIDs: [0]");

            var container = await root.Main.IdAsync(
                "create-container", await root.Main.IdAsync("create-image", layer));
            await root.Main.MountAsync(container);
            (await root.Main.MustAsync("container-parent-owners", container)).Says("UIDs: []").Says("GIDs: []");
        });

    /// <summary>An archive with a directory of the five files that is named through a link to where it lies.</summary>
    private static string ArchiveOf(ConformanceRoot root, int number, Dictionary<int, byte[]> contents)
    {
        var below = string.Create(CultureInfo.InvariantCulture, $"here/subdir_{number}/");
        var tar = new TarBuilder().Symlink("here", ".").Directory(below).Directory(below + "empty/", owner: 3);
        foreach (var (i, content) in contents)
            tar.File(string.Create(CultureInfo.InvariantCulture, $"{below}file_{i}"), content, owner: i);
        tar.Symlink(below + "link", "file_1").Symlink(below + "dangling", "/nowhere");
        return new LayerArchive(tar.Build()).SaveAs(root.File("applied.tar"));
    }
}
