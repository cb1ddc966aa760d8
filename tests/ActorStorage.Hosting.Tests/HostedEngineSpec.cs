// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.Journal;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorStorage.Hosting.Tests;

/// <summary>How services and actors of a host come to the engine.</summary>
public sealed class HostedEngineSpec
{
    [SkippableFact]
    public async Task Should_make_layers_that_the_Go_tool_finds_nothing_wrong_with()
    {
        Tool.Require(Tool.GoNewest);
        await using var hosted = new HostedRoot();
        await hosted.StartAsync();

        await hosted.Client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "layer"));

        Assert.Equal(["layer"], await LayerList.IdsAsync(Tool.GoNewest, hosted.Root));
        await hosted.StopAsync();
        await LayerList.CleanAsync(hosted.Root);
    }

    [Fact]
    public async Task Should_be_a_required_actor()
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync();
        var required = hosted.Services.GetRequiredService<IRequiredActor<StorageActor>>();

        var client = new StorageClient(await required.GetAsync(), TimeSpan.FromMinutes(1));
        await client.PutLayerAsync(EngineRoot.Empty("layer"));

        Assert.Equal("layer", Assert.Single(await hosted.Client.ListLayersAsync()).Id.Value);
    }

    [Fact]
    public async Task Should_serve_one_who_wants_the_client_before_the_host_has_begun()
    {
        await using var hosted = new HostedRoot();

        await hosted.StartAsync(also: services => services
            .AddSingleton<Early>().AddHostedService(provider => provider.GetRequiredService<Early>()));

        Assert.Equal(0, await hosted.Services.GetRequiredService<Early>().Counted);
    }

    [Fact]
    public async Task Should_keep_a_journal_when_it_is_told_to()
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync(options => options.Journal = new());

        Assert.NotNull(hosted.Services.GetRequiredService<IRequiredActor<JournalActor>>().ActorRef);

        await hosted.Client.PutLayerAsync(EngineRoot.Empty("layer"));
        Assert.True(Directory.Exists($"{hosted.Root.Graph}-journal"));
    }

    [Fact]
    public async Task Should_have_the_settings_of_the_options()
    {
        await using var hosted = new HostedRoot();
        await hosted.StartAsync(options => options.Space.FreeMin = long.MaxValue / 2);

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => hosted.Client.PutLayerAsync(EngineRoot.Of(LayerArchive.Small(1), "layer")));

        Assert.Equal(StorageErrorKind.NoSpace, refused.Kind);
    }

    private sealed class Early(StorageClient client) : IHostedService
    {
        public Task<int> Counted { get; private set; } = Task.FromResult(-1);

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Counted = CountAsync();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private async Task<int> CountAsync() => (await client.ListLayersAsync()).Count;
    }
}
