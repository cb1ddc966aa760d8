// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using Akka.Configuration;
using Npgsql;

namespace ActorStorage.Journal.Tests.Databases;

/// <summary>
/// Debian's PostgreSQL, run by its own user on a directory in the temporary directory, reachable by a socket in it and
/// by nothing else.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static int _databases;
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"pg-{Guid.NewGuid():N}");

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(version => int.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture))
            .Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(programs => File.Exists(Path.Combine(programs, "initdb")))
        : null;

    private string Data => Path.Combine(_directory, "data");

    public async Task InitializeAsync()
    {
        if (Programs is null) return;
        (await Command.RunAsync("install", "-d", "-o", "postgres", "-g", "postgres", _directory)).Succeeded();
        (await RunAsync("initdb", "-D", Data, "-A", "trust", "-U", "storage", "-E", "UTF8", "--no-sync")).Succeeded();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Programs is null) return;
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Skips the test when the server is not installed.</summary>
    public async Task<IJournalDatabase> CreateAsync()
    {
        Skip.If(Programs is null, "PostgreSQL is not installed; tests/run installs it");
        var database = new Database(this, $"journal_{Interlocked.Increment(ref _databases)}");
        await database.CreateAsync();
        return database;
    }

    public async Task StartAsync() => (await RunAsync(
        "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_directory, "log"),
        "-o", $"-k {_directory} -c listen_addresses=''", "start")).Succeeded();

    public async Task StopAsync() => await RunAsync("pg_ctl", "-D", Data, "-w", "-m", "fast", "stop");

    private static Task<Outcome> RunAsync(string program, params string[] arguments) => Command.RunAsync(
        "setpriv", [
            "--reuid=postgres", "--regid=postgres", "--clear-groups", "--",
            Path.Combine(Programs!, program), .. arguments]);

    private sealed class Database(PostgresServer server, string name) : IJournalDatabase
    {
        private readonly string _connection =
            $"Host={server._directory};Username=storage;Database={name};Timeout=3;Command Timeout=5";

        public string Configuration => $$"""
            actor-storage.journal {
              database = postgres
              connection-string = "{{_connection}}"
              retry-max = 1s
            }
            """;

        public JournalSettings SettingsFor(StoragePaths paths) =>
            JournalSettings.From(paths, ConfigurationFactory.ParseString(Configuration));

        public async Task CreateAsync() => await AdministerAsync($"CREATE DATABASE {name}");

        public Task<IReadOnlyList<(int Serializer, string Manifest)>> StoredAsync() =>
            StoredRows.ReadAsync(new NpgsqlConnection(_connection));

        public Task TakeAwayAsync() => server.StopAsync();

        public Task BringBackAsync() => server.StartAsync();

        public async Task ForgetAsync()
        {
            NpgsqlConnection.ClearAllPools();
            await AdministerAsync($"DROP DATABASE {name} WITH (FORCE)");
            await CreateAsync();
        }

        public ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            return ValueTask.CompletedTask;
        }

        private async Task AdministerAsync(string statement)
        {
            await using var connection = new NpgsqlConnection(
                $"Host={server._directory};Username=storage;Database=postgres;Pooling=False");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
