// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Tests.Extract;
using ActorStorage.Disk.Tests.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>A store that the Go tool fills, somebody damages, and both engines look at.</summary>
internal sealed class UpkeepRoot : IDisposable
{
    private readonly GoRoot _go;
    private int _archives;

    public UpkeepRoot(string driver = "overlay") => _go = new GoRoot(driver);

    public static LinuxDisk Disk { get; } = new();

    public StoragePaths Paths => AdditionalStore is { } other
        ? _go.Paths with { AdditionalImageStores = [other] }
        : _go.Paths;

    /// <summary>Graph root of another store to be used from now on.</summary>
    public string? AdditionalStore { get; set; }

    public string this[string name] => $"{Paths.GraphRoot}/{name}";

    public string Go(params string[] arguments) => _go.Must(WithOptions(arguments));

    public LayerId Import(TestArchive archive, LayerId? parent = null)
    {
        var layer = TryImport(archive, parent);
        Assert.NotNull(layer);
        return layer.Value;
    }

    /// <summary>Null when the Go tool refuses the archive.</summary>
    public LayerId? TryImport(TestArchive archive, LayerId? parent = null)
    {
        var file = _go[$"archive-{Interlocked.Increment(ref _archives)}"];
        File.WriteAllBytes(file, archive.ToArray());
        var (exitCode, output, _) = _go.Run(
            parent is { } below ? ["import-layer", "-f", file, below.Value] : ["import-layer", "-f", file]);
        return exitCode == 0 ? new LayerId(output.Split('\n')[0].Trim()) : null;
    }

    /// <summary>An image of the layer.</summary>
    public ImageId Image(LayerId top) => new(Go("create-image", top.Value));

    public string Diff(LayerId layer) =>
        this[Paths.Driver == "vfs" ? $"vfs/dir/{layer}" : $"overlay/{layer}/diff"];

    public string TarSplit(LayerId layer) => Paths.TarSplit(layer);

    /// <summary>Puts the root on a file system whose files can share blocks; skips the test where there is none. Before
    /// anything else.</summary>
    public void MountReflinks(string fileSystem)
    {
        var (image, directory) = (_go["image"], Path.GetDirectoryName(Paths.GraphRoot)!);
        using (var file = File.Create(image)) file.SetLength(400L << 20);
        var failure = Try($"mkfs.{fileSystem}", "-q", image)
            ?? Try("mount", "-t", fileSystem, "-o", "loop", image, directory);
        // The mount hides the file and keeps what it needs of it.
        Skip.If(failure is not null, $"no {fileSystem} here: {failure}");
    }

    public ILayerDriver OpenDriver() => LayerDriver.Open(Disk, Paths, LayerDriver.Parse(Paths, []));

    public StoreRecords Records()
    {
        using var layers = Disk.OpenDirectory(Paths.Layers);
        using var images = Disk.OpenDirectory(Paths.Images);
        using var containers = Disk.OpenDirectory(Paths.Containers);
        return new StoreRecords(
            [.. new LayerIndexFile(Disk, layers).Load().Index.Layers, .. OtherLayers()],
            [.. new ImageIndexFile(Disk, images, ImageStoreKind.First).Load().Index.Images, .. OtherImages()],
            [.. new ContainerIndexFile(Disk, containers, containers).Load().Index.Containers]);
    }

    private IEnumerable<LayerRecord> OtherLayers()
    {
        foreach (var paths in Paths.ReadOnlyStores)
        {
            using var store = new ReadOnlyLayerStore(Disk, paths);
            store.Refresh(TimeSpan.FromMinutes(1));
            foreach (var layer in store.Index.Layers) yield return layer;
        }
    }

    private IEnumerable<ImageRecord> OtherImages()
    {
        foreach (var paths in Paths.ReadOnlyStores)
        {
            using var directory = Disk.OpenDirectory(paths.Images);
            foreach (var image in new ImageIndexFile(Disk, directory, ImageStoreKind.Additional).Load().Index.Images)
                yield return image;
        }
    }

    public CheckReport Check(CheckOptions? options = null, StoreRecords? records = null)
    {
        using var driver = OpenDriver();
        using var area = new StagingArea(Disk, Paths);
        return StoreCheck.Run(
            Disk, Paths, driver, area, records ?? Records(), options ?? CheckOptions.Default, TimeProvider.System,
            CancellationToken.None);
    }

    /// <summary>What the Go tool finds: the lines of the report as it prints it, sorted, each once.</summary>
    public IReadOnlyList<string> GoCheck(params string[] options) =>
        Sorted(_go.Run(WithOptions(["check", .. options])).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            // The same finding once more.
            .Where(line => !line.Contains("consume any trailer after the EOF marker", StringComparison.Ordinal)));

    /// <summary>The same of a report of ours.</summary>
    public static IReadOnlyList<string> Lines(CheckReport report) => Sorted(
        Lines("layer", report.Layers)
            .Concat(Lines("read-only layer", report.ReadOnlyLayers))
            .Concat(Lines("image", report.Images))
            .Concat(Lines("read-only image", report.ReadOnlyImages))
            .Concat(Lines("container", report.Containers)));

    /// <summary>Collects until nothing is left; how much each hold of the lock took.</summary>
    public IReadOnlyList<int> Collect()
    {
        using var driver = OpenDriver();
        using var area = new StagingArea(Disk, Paths);
        using var root = new LayerRoot(Disk, Paths, driver, area, TimeProvider.System);
        var counts = new List<int>();
        do
        {
            IReadOnlyList<Trash> trash;
            using (var held = LockWait.Acquire(Paths.LayersLock, LockMode.Exclusive, TimeSpan.FromMinutes(1)))
            {
                root.Refresh(held, LockMode.Exclusive);
                trash = LayerCollection.Run(root);
            }
            foreach (var item in trash) item.Remove(Disk);
            counts.Add(trash.Count);
        }
        while (counts[^1] >= LayerCollection.ItemsMax);
        return counts;
    }

    public long Deduplicate(DedupHash method)
    {
        using var driver = OpenDriver();
        return Deduplication.Run(Disk, driver, Records(), method, CancellationToken.None);
    }

    public void Dispose() => _go.Dispose();

    private string[] WithOptions(string[] arguments) => AdditionalStore is { } other
        ? ["--storage-opt", $"{Paths.Driver}.imagestore={other}", .. arguments]
        : arguments;

    private static string? Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : output.Result + error;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }

    private static IEnumerable<string> Lines(
        string kind, IReadOnlyDictionary<string, System.Collections.Immutable.ImmutableArray<string>> findings) =>
        findings.SelectMany(each => each.Value.Select(line => $" {line}").Prepend($"{kind} {each.Key}:"));

    private static IReadOnlyList<string> Sorted(IEnumerable<string> lines) =>
        [.. lines.Distinct().Order(StringComparer.Ordinal)];
}
