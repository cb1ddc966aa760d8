// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Fidelity;

/// <summary>
/// Two roots: one for the newest Go tool, one for an engine in this process. Archives are imported into both, and what
/// came of them is compared.
/// </summary>
/// <param name="forceMask">What both are told about permissions; null for nothing. Layers are read-only then.</param>
internal sealed class ImportComparison(string driver, string? forceMask = null) : IAsyncDisposable
{
    private const string BaseId = "base";
    private static readonly TimeSpan DiffMax = TimeSpan.FromMinutes(1);

    /// <summary>Where we write no diff, the Go tool may wait forever for somebody to write to a pipe that lies where
    /// the archive had a file.</summary>
    private static readonly TimeSpan HangingMax = TimeSpan.FromSeconds(1);
    private static readonly int AtOnce = Math.Max(2, Environment.ProcessorCount);

    private readonly StorageRoot _theirs = new(driver);
    private readonly EngineRoot _ours = new(driver);
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly string[] _options = forceMask is null ? [] : [$"overlay.force_mask={forceMask}"];
    // A Go tool takes the directory where another one is unpacking for one that a killed one left.
    private readonly SemaphoreSlim _oneTool = new(1);
    private StorageClient _client = null!;
    private int _imports;

    /// <summary>Whether the archive that each makes of the layer is compared too; the description of it always
    /// is.</summary>
    public bool WithDiffs { get; init; } = true;

    /// <summary>Fails unless both make the same of each archive, but for those that are listed.</summary>
    public static async Task AssertSameAsync(ArchiveKind[] kinds, string driver, bool withDiffs = true)
    {
        Tool.Require(Tool.GoNewest);
        await using var comparison = new ImportComparison(driver) { WithDiffs = withDiffs };
        var differences = await comparison.RunAsync(kinds);
        var faults = ListedExceptions.Judge(kinds, differences, driver);
        Assert.True(faults.Count == 0, $"{faults.Count} of {kinds.Length}:\n{string.Join('\n', faults)}");
    }

    /// <returns>The differences of each archive that has some.</returns>
    public async Task<IReadOnlyDictionary<string, string[]>> RunAsync(IEnumerable<ArchiveKind> kinds)
    {
        _client = await _ours.StartAsync(_ours.Settings with { DriverOptions = _options });
        var differences = new ConcurrentDictionary<string, string[]>(StringComparer.Ordinal);
        Assert.Empty(await CompareAsync(BaseId, Corpus.Base, parent: null));
        await Parallel.ForEachAsync(
            kinds,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (kind, _) =>
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"layer-{Interlocked.Increment(ref _imports)}");
                var found = await CompareAsync(id, kind.Blob(), kind.OnBase ? BaseId : null);
                if (found.Length > 0) differences[kind.Name] = found;
            });
        return differences;
    }

    public async ValueTask DisposeAsync()
    {
        await _ours.DisposeAsync();
        await _theirs.DisposeAsync();
        _oneTool.Dispose();
    }

    private IEnumerable<string> GlobalOptions => _options.SelectMany(option => (string[])["--storage-opt", option]);

    private async Task<string[]> CompareAsync(string id, byte[] blob, string? parent)
    {
        var ours = await ImportHereAsync(id, blob, parent);
        await _oneTool.WaitAsync();
        try
        {
            return [.. ImportedLayer.Differences(ours, await ImportThereAsync(id, blob, parent, ours))];
        }
        finally
        {
            _oneTool.Release();
        }
    }

    private async Task<ImportedLayer> ImportThereAsync(
        string id, byte[] blob, string? parent, ImportedLayer ours)
    {
        var file = _theirs.File(id + ".blob");
        await File.WriteAllBytesAsync(file, blob);
        string[] onTop = parent is null ? [] : [parent];
        string[] readOnly = forceMask is null ? [] : ["-r"];
        var imported = await Tool.GoNewest.RunAsync(
            _theirs,
            [.. GlobalOptions, "import-layer", .. readOnly, "-i", id, "-f", file, .. onTop]);
        if (imported.ExitCode != 0) return Refused(_theirs, id, imported.Error);
        var layer = ImportedLayer.Of(_theirs, id, _started);
        if (!WithDiffs) return layer;
        var max = ours.Diff is null ? HangingMax : DiffMax;
        return await DiffThereAsync(id, file, max) ? layer with { Diff = await File.ReadAllBytesAsync(file) } : layer;
    }

    private async Task<bool> DiffThereAsync(string id, string file, TimeSpan max)
    {
        var running = Tool.GoNewest.Start(_theirs, [.. GlobalOptions, "diff", "-u", "-f", file, id]);
        var ended = running.EndAsync();
        if (await Task.WhenAny(ended, Task.Delay(max)) != ended)
        {
            using var process = Process.GetProcessById(running.ProcessId);
            process.Kill();
        }
        return (await ended).ExitCode == 0;
    }

    private async Task<ImportedLayer> ImportHereAsync(string id, byte[] blob, string? parent)
    {
        try
        {
            var request = EngineRoot.Of(blob, id, parent);
            await _client.PutLayerAsync(
                request with { Layer = request.Layer with { Writeable = forceMask is null } });
        }
        catch (StorageException refused)
        {
            return Refused(_ours.Root, id, refused.Message);
        }
        var layer = ImportedLayer.Of(_ours.Root, id, _started);
        if (!WithDiffs) return layer;
        try
        {
            using var diff = new MemoryStream();
            await _client.DiffAsync(id, diff, Compression.None);
            return layer with { Diff = diff.ToArray() };
        }
        catch (StorageException)
        {
            return layer;
        }
    }

    private static ImportedLayer Refused(StorageRoot root, string id, string said)
    {
        Assert.False(Directory.Exists(ImportedLayer.ContentOf(root, id)), $"something is left of {id}");
        return new ImportedLayer { Refusal = said.Trim() };
    }
}
