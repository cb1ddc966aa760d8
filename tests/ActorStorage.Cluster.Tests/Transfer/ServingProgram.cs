// SPDX-License-Identifier: Apache-2.0
using System.IO.MemoryMappedFiles;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Tests.Transfer;

/// <summary>
/// A process that serves the layers of a root until it is killed. What it has handed over it counts in a file that is
/// mapped into memory, before it does, so that the count outlives it.
/// </summary>
internal sealed class ServingProgram : IAsyncDisposable
{
    private readonly RunningTool _running;
    private readonly string _count;

    private ServingProgram(RunningTool running, string count, Uri address) =>
        (_running, _count, Address) = (running, count, address);

    public Uri Address { get; }

    public bool IsRunning { get; private set; } = true;

    public long ServedBytes
    {
        get
        {
            using var file = new FileStream(_count, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            file.ReadExactly(bytes);
            return BitConverter.ToInt64(bytes);
        }
    }

    /// <param name="name">Another one for each process that serves this root.</param>
    public static async Task<ServingProgram> StartAsync(StorageRoot root, byte[] secret, string name)
    {
        var (count, told) = (root.File($"{name}-served"), root.File($"{name}-address"));
        await File.WriteAllBytesAsync(count, new byte[sizeof(long)]);
        var running = RunningTool.Start(
            "serving program", "dotnet",
            [
                typeof(ServingProgram).Assembly.Location, "serve-layers", root.Graph, root.Run, root.Driver,
                Convert.ToHexString(secret), count, told,
            ],
            root.Directory);
        await Eventually.TrueAsync(() => File.Exists(told) || !running.IsRunning, "it serves");
        if (!running.IsRunning) (await running.EndAsync()).Succeeded();
        return new ServingProgram(running, count, new Uri(await File.ReadAllTextAsync(told)));
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync()
    {
        IsRunning = false;
        return _running.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) await KillAsync();
    }

    internal static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var graph, var run, var driver, var secret, var count, var told]) return 2;
        using var mapped = MemoryMappedFile.CreateFromFile(count);
        using var view = mapped.CreateViewAccessor(0, sizeof(long));
        var paths = new StoragePaths(graph, run, driver);
        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(paths));
        await using var server = await TransferServer.StartAsync(
            engine.Client, new Tickets(Convert.FromHexString(secret)), TransferSettings.From(), log: null,
            // Never two at a time here: one receiver.
            bytes => view.Write(0, view.ReadInt64(0) + bytes), CancellationToken.None);
        await File.WriteAllTextAsync($"{told}.new", server.Address.ToString());
        File.Move($"{told}.new", told);
        // Until it is killed, or until the tests have ended without having done so.
        await Console.OpenStandardInput().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        return 0;
    }
}
