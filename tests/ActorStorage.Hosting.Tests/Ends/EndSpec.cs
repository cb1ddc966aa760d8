// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Staging;

namespace ActorStorage.Hosting.Tests.Ends;

/// <summary>The end of the host.</summary>
public sealed class EndSpec
{
    [SkippableFact]
    public async Task Should_finish_what_is_under_way_and_take_nothing_more()
    {
        Tool.Require(Tool.GoNewest);
        await using var hosted = new HostedRoot();
        await hosted.StartAsync();
        var client = hosted.Client;
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = client.As("somebody").PutLayerAsync(blob.Put("layer"));
        await blob.Reached;

        var stopping = hosted.StopAsync();
        await Eventually.TrueAsync(async () => await IsRefusedAsync(client), "nothing more is taken");
        Assert.False(stopping.IsCompleted);
        Assert.False(put.IsCompleted);
        blob.Open();

        Assert.Equal("layer", (await put).Layer.Id.Value);
        await stopping;
        Assert.Equal(["layer"], await LayerList.IdsAsync(Tool.GoNewest, hosted.Root));
        await LayerList.CleanAsync(hosted.Root);
    }

    [Fact]
    public async Task Should_give_up_what_does_not_come_to_an_end()
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync(options =>
        {
            options.Hosting.DrainMax = TimeSpan.FromMilliseconds(200);
            options.Stopping.WaitMax = TimeSpan.FromMilliseconds(200);
        });
        var blob = new GatedBlob(LayerArchive.Small(1).Bytes);
        var put = hosted.Client.PutLayerAsync(blob.Put("layer"));
        await blob.Reached;

        await hosted.StopAsync();

        var refused = await Assert.ThrowsAsync<StorageException>(() => put);
        Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
        Assert.Empty(hosted.Root.Leftovers());
        Assert.Empty(hosted.Root.LayerDirectories());
        blob.Open();
    }

    private static async Task<bool> IsRefusedAsync(StorageClient client)
    {
        try
        {
            await client.ListLayersAsync();
            return false;
        }
        catch (StorageException refused)
        {
            Assert.Equal(StorageErrorKind.Cancelled, refused.Kind);
            return true;
        }
    }
}
