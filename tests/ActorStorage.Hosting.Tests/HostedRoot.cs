// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorStorage.Hosting.Tests;

/// <summary>A host with an engine on a root in the temporary directory.</summary>
internal sealed class HostedRoot : IAsyncDisposable
{
    private IHost? _host;

    public StorageRoot Root { get; } = new();

    public StorageClient Client => Services.GetRequiredService<StorageClient>();

    public IServiceProvider Services => _host!.Services;

    public async Task StartAsync(
        Action<StorageOptions>? configure = null, Action<AkkaConfigurationBuilder>? alsoAkka = null,
        Action<IServiceCollection>? also = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddHealthChecks();
        builder.Services.AddStorageClient();
        builder.Services.AddAkka("hosted", akka =>
        {
            akka.WithActorStorage(options =>
            {
                (options.GraphRoot, options.RunRoot) = (Root.Graph, Root.Run);
                configure?.Invoke(options);
            });
            alsoAkka?.Invoke(akka);
        });
        also?.Invoke(builder.Services);
        _host = builder.Build();
        await _host.StartAsync();
    }

    /// <summary>What the health check with a tag says.</summary>
    public async Task<HealthReportEntry> HealthAsync(string tag)
    {
        var health = Services.GetRequiredService<HealthCheckService>();
        var report = await health.CheckHealthAsync(check => check.Tags.Contains(tag));
        return Assert.Single(report.Entries).Value;
    }

    public Task StopAsync() => _host!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync();
            _host.Dispose();
        }
        await Root.DisposeAsync();
    }
}
