// SPDX-License-Identifier: Apache-2.0
using System.Net;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;
using ActorStorage.Tests.Rules;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorStorage.Hosting.Tests.Rules;

/// <summary>What README shows under "In a host" is compiled, runs, and is what stands here.</summary>
public sealed class ReadmeHostsSpec
{
    private const string Self = "tests/ActorStorage.Hosting.Tests/Rules/ReadmeHostsSpec.cs";
    private static readonly string[] NoArguments = [];
    private static readonly string[] OnAnyPort = ["--urls", "http://127.0.0.1:0"];

    [Fact]
    public async Task Should_leave_a_layer_when_the_console_program_has_run()
    {
        await using var place = new StorageRoot();
        var archive = LayerArchive.Small(1).Gzip().SaveAs(place.File("layer.tar.gz"));

        await RunConsoleAsync(NoArguments, place.Graph, place.Run, archive);

        await using var engine = await StorageEngine.StartAsync(
            StorageSettings.From(new StoragePaths(place.Graph, place.Run)));
        Assert.Equal("base", Assert.Single(Assert.Single(await engine.Client.ListLayersAsync()).Names));
    }

    [Fact]
    public async Task Should_answer_as_the_web_service_does()
    {
        await using var place = new StorageRoot();
        await using var app = MakeWeb(OnAnyPort, place.Graph, place.Run);
        await app.StartAsync();
        using var browser = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var client = app.Services.GetRequiredService<StorageClient>();
        await client.PutLayerAsync(new PutLayer(new NewLayer { Id = new LayerId("layer") }));

        Assert.Equal("Healthy", await browser.GetStringAsync("/live"));
        await Eventually.TrueAsync(async () => await browser.GetStringAsync("/ready") == "Healthy", "it is ready");
        Assert.Equal("[\"layer\"]", await browser.GetStringAsync("/layers"));
        await using (await LockHolder.TakeAsync(place, place.LayersLock))
        {
            using var notReady = await browser.GetAsync("/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        }
        await app.StopAsync();
    }

    [Theory]
    [InlineData("console", "var builder = Host.")]
    [InlineData("web", "var builder = WebApplication.")]
    public void Should_show_in_the_readme_what_stands_here(string sample, string firstLine)
    {
        var here = File.ReadAllLines(Path.Combine(SourceTree.Root, Self)).Select(line => line.Trim())
            .SkipWhile(line => line != $"// The {sample} sample begins.").Skip(1)
            .TakeWhile(line => line != $"// The {sample} sample ends.");
        var shown = File.ReadAllLines(Path.Combine(SourceTree.Root, "README.md")).Select(line => line.Trim())
            .SkipWhile(line => !line.StartsWith(firstLine, StringComparison.Ordinal)).TakeWhile(line => line != "```");
        Assert.Equal(here, shown.Where(line => line != "app.Run();"));
    }

    private static async Task RunConsoleAsync(string[] args, string root, string run, string archive)
    {
        // The console sample begins.
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddStorageClient().AddAkka("storage", akka => akka.WithActorStorage(options =>
        {
            (options.GraphRoot, options.RunRoot) = (root, run);
            options.Staging.Flush = FlushMode.FileSystem;
        }));
        using var host = builder.Build();
        await host.StartAsync();
        var storage = host.Services.GetRequiredService<StorageClient>();
        var layer = new NewLayer { Id = LayerId.Random(), Names = ["base"] };
        await storage.PutLayerAsync(new PutLayer(layer, LayerBlob.FromFile(archive)));
        await host.StopAsync();         // what is under way is finished, and the root closed
        // The console sample ends.
    }

    private static WebApplication MakeWeb(string[] args, string root, string run)
    {
        // The web sample begins.
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddHealthChecks();
        builder.Services.AddStorageClient().AddAkka("storage", akka => akka.WithActorStorage(options =>
        {
            (options.GraphRoot, options.RunRoot) = (root, run);
            options.Hosting.LockWaitMax = TimeSpan.FromSeconds(1);
            options.Journal = new();
        }));
        var app = builder.Build();
        app.MapHealthChecks("/live", new() { Predicate = check => check.Tags.Contains(StorageHosting.LiveTag) });
        app.MapHealthChecks("/ready", new() { Predicate = check => check.Tags.Contains(StorageHosting.ReadyTag) });
        app.MapGet("/layers", async (StorageClient storage) =>
            (await storage.ListLayersAsync()).Select(layer => layer.Id.Value));
        // The web sample ends.
        return app;
    }
}
