// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// A layer with five files, each of another owner, and layers on it with a map each, in which one file after the
/// other was given to the root of that layer.
/// </summary>
public sealed record MappedStack(string Top)
{
    public static async Task<MappedStack> BaseAsync(ConformanceStore store)
    {
        var range = MappedRange.Of(0);
        var layer = await store.LayerAsync(range.Options);
        var point = await store.MountAsync(layer);
        foreach (var i in MappedRange.Numbers)
        {
            var owner = range.OwnerOf(i);
            SampleFile.Create(Path.Combine(point, $"file_{i}"), owner.User, owner.Group);
        }
        await store.UnmountAsync(layer);
        return new MappedStack(layer);
    }

    public static async Task<MappedStack> WholeAsync(ConformanceStore store)
    {
        var stack = await BaseAsync(store);
        foreach (var i in MappedRange.Numbers) stack = await stack.PutOnAsync(store, i);
        return stack;
    }

    /// <summary>One more layer, with the map of that number, in which the file of that number changes hands.</summary>
    public async Task<MappedStack> PutOnAsync(ConformanceStore store, int number)
    {
        var range = MappedRange.Of(number);
        var layer = await store.LayerAsync([.. range.Options, Top]);
        var point = await store.MountAsync(layer);
        Owner.Set(Path.Combine(point, $"file_{number}"), range.User, range.Group);
        await store.UnmountAsync(layer);
        return new MappedStack(layer);
    }
}
