// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Tests.Walks;

/// <summary>A container whose contents nobody wants after a crash is mounted without syncs, unless it is
/// forbidden.</summary>
public sealed class VolatileMountSpec
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_mount_a_volatile_container_as_the_settings_allow_it(bool isAllowed)
    {
        await using var engine = new EngineRoot();
        var client = await engine.StartAsync(engine.Settings with { MountsVolatile = isAllowed });
        await client.PutLayerAsync(EngineRoot.Empty("base"));
        await client.CreateImageAsync(new NewImage { Id = new ImageId("image"), TopLayer = "base" });
        await client.CreateContainerAsync(
            new NewContainer { Id = new ContainerId("work"), Image = "image", Volatile = true });

        var point = await client.MountAsync("work");

        var mount = File.ReadLines("/proc/self/mountinfo").Single(line => line.Split(' ')[4] == point);
        Assert.Equal(isAllowed, mount.Split(" - ")[1].Contains("volatile", StringComparison.Ordinal));
        await client.UnmountAsync("work");
    }
}
