// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Journal.Tests.Databases;

namespace ActorStorage.Journal.Tests;

/// <summary>What every database must do: each has a class of its own that says which it is.</summary>
public abstract class JournalSpec : IAsyncLifetime
{
    private JournalRoot? _root;

    internal JournalRoot Root => _root ?? throw new InvalidOperationException("nothing was started");

    /// <summary>A new one. Skips the test when it cannot be had.</summary>
    protected abstract Task<IJournalDatabase> DatabaseAsync();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_root is not null) await _root.DisposeAsync();
    }

    /// <summary>Starts the engine and its journal, for the first time or again.</summary>
    internal async Task<StorageClient> StartAsync(Func<JournalSettings, JournalSettings>? change = null)
    {
        _root ??= new JournalRoot(await DatabaseAsync());
        var client = await _root.StartAsync(change);
        await _root.HealthyAsync();
        return client;
    }
}
