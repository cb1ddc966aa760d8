// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Ids that the kernel may shift when it mounts.</summary>
public sealed class IdMapShiftingSpec
{
    [SkippableTheory]
    [ToolsUnderTest(Drivers = "overlay")]
    public Task Should_mount_and_name_what_is_mapped_when_an_image_is_made_of_it(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var lower = await root.Main.LayerAsync(MappedRange.Of(2).Options);
            var upper = await root.Main.LayerAsync([.. MappedRange.Of(1).Options, lower]);
            foreach (var layer in new[] { lower, upper })
            {
                await root.Main.MountAsync(layer);
                await root.Main.UnmountAsync(layer);
            }
            await root.Main.IdAsync("create-image", "--name=shifted-image", upper);
        });
}
