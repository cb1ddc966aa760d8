// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Mounts are counted: only the last unmount ends one.</summary>
public sealed class MountLayerSpec
{
    [SkippableTheory]
    [ToolsUnderTest(InProcesses = true)]
    public Task Should_count_mounts_when_a_layer_is_mounted_several_times(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var store = root.Main;
            var layer = await store.LayerAsync();
            var point = await store.MountAsync(layer);
            Assert.Equal($"{layer} mounted", await store.SaysAsync("mounted", layer));
            Assert.NotEqual("", await store.SaysAsync("unmount", layer));
            Assert.Equal("", await store.SaysAsync("mounted", layer));

            Assert.Equal(point, await store.MountAsync(layer));
            Assert.Equal(point, await store.MountAsync(layer));
            Assert.Equal("", await store.SaysAsync("unmount", layer));
            Assert.Equal($"{layer} mounted", await store.SaysAsync("mounted", layer));
            Assert.NotEqual("", await store.SaysAsync("unmount", layer));

            await store.MountAsync(layer);
            await store.MountAsync(layer);
            Assert.NotEqual("", await store.SaysAsync("unmount", "--force", layer));
            Assert.Equal("", await store.SaysAsync("mounted", layer));

            Assert.NotEqual(0, (await store.QuietAsync("mount", "--option", "nosuid", layer)).ExitCode);
            await store.MustAsync("delete-layer", layer);
        });
}
