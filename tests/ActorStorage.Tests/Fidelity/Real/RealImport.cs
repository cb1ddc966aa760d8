// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Fidelity.Real;

/// <summary>
/// One archive, which may be large, imported into a root by the newest Go tool and into another by an engine in this
/// process.
/// </summary>
internal sealed class RealImport(string driver) : IAsyncDisposable
{
    private const string Id = "layer";
    private readonly StorageRoot _theirs = new(driver);
    private readonly EngineRoot _ours = new(driver);
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public string File => _theirs.File("blob");

    public int Entries { get; private set; }

    public TimeSpan OursTook { get; private set; }

    public TimeSpan TheirsTook { get; private set; }

    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        var theirs = await ImportThereAsync();
        var ours = await ImportHereAsync();
        Entries = ours.Tree.Count;
        return [.. ImportedLayer.Differences(ours, theirs)];
    }

    public async ValueTask DisposeAsync()
    {
        await _ours.DisposeAsync();
        await _theirs.DisposeAsync();
    }

    /// <summary>Instead of the diff there is its digest.</summary>
    private async Task<ImportedLayer> ImportThereAsync()
    {
        var start = Stopwatch.GetTimestamp();
        await Tool.GoNewest.MustAsync(_theirs, "import-layer", "-i", Id, "-f", File);
        TheirsTook = Stopwatch.GetElapsedTime(start);
        var diff = _theirs.File("diff");
        await Tool.GoNewest.MustAsync(_theirs, "diff", "-u", "-f", diff, Id);
        await using var archive = System.IO.File.OpenRead(diff);
        return ImportedLayer.Of(_theirs, Id, _started) with { Diff = await SHA256.HashDataAsync(archive) };
    }

    private async Task<ImportedLayer> ImportHereAsync()
    {
        var client = await _ours.StartAsync();
        var layer = new NewLayer { Id = new LayerId(Id) };
        var start = Stopwatch.GetTimestamp();
        await client.PutLayerAsync(new PutLayer(layer, LayerBlob.FromFile(File)));
        OursTook = Stopwatch.GetElapsedTime(start);
        using var digest = SHA256.Create();
        await using (var diff = new CryptoStream(Stream.Null, digest, CryptoStreamMode.Write))
            await client.DiffAsync(Id, diff, Compression.None);
        return ImportedLayer.Of(_ours.Root, Id, _started) with { Diff = digest.Hash };
    }
}
