// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Tests.Extract;
using ActorStorage.Disk.Tests.Overlay;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Drivers;

/// <summary>A root with the layer store of one process, without actors, and the Go tool beside it.</summary>
internal sealed class DriverRoot : IDisposable
{
    private static readonly TimeSpan LockWaitMax = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _temporary = new();
    private readonly LinuxDisk _disk = new();

    public DriverRoot(string driver, params string[] options)
        : this(driver, isSplit: false, options)
    {
    }

    /// <param name="isSplit">Whether layers of images lie in a store of their own.</param>
    public DriverRoot(string driver, bool isSplit, params string[] options)
    {
        Paths = new StoragePaths(_temporary["root"], _temporary["run"], driver);
        if (isSplit) Paths = Paths with { ImageStore = _temporary["images"] };
        Directory.CreateDirectory(Paths.GraphRoot);
        Driver = LayerDriver.Open(_disk, Paths, LayerDriver.Parse(Paths, options));
        Area = new StagingArea(_disk, Paths);
        Root = new LayerRoot(_disk, Paths, Driver, Area, TimeProvider.System);
    }

    public StoragePaths Paths { get; }
    public ILayerDriver Driver { get; }
    public StagingArea Area { get; }
    public LayerRoot Root { get; }
    public IDisk Disk => _disk;

    public string Temporary(string name) => _temporary[name];

    /// <summary>Stages and commits a layer.</summary>
    public LayerRecord Put(TestArchive? archive, LayerRecord? parent = null, IdMaps? maps = null)
    {
        var wanted = maps is null ? WantedMaps.Inherited : WantedMaps.Of(maps);
        var layer = new NewLayer { Id = LayerId.Random(), Maps = wanted };
        var staged = Stage(layer, archive, parent is null ? null : new TreeParent(parent.Id, parent.IdMaps));
        return Commit(new LayerWrite.Commit(staged, layer, parent?.Id, AcceptExisting: false))[0];
    }

    public StagedLayer Stage(NewLayer layer, TestArchive? archive, TreeParent? parent)
    {
        var blob = archive is null ? null : new LayerBlob("archive", () => new MemoryStream(archive.ToArray()));
        var maps = layer.Maps.Resolve(parent?.Maps ?? IdMaps.None);
        var task = new StagingTask(layer, blob, parent, maps, FlushMode.None, Progress: null);
        return LayerStaging.Run(_disk, Driver, Area, task, CancellationToken.None);
    }

    /// <summary>In one batch, none of which may be refused.</summary>
    public IReadOnlyList<LayerRecord> Commit(params LayerWrite[] writes) => Held(held =>
    {
        var result = LayerCommit.Run(Root, held, writes);
        foreach (var trash in result.Trash) trash.Remove(_disk);
        LayerCommit.RemoveMarks(Root, result.Committed);
        return result.Outcomes.Select(outcome => outcome.Record ?? throw new StorageException(outcome.Error!)).ToList();
    });

    /// <summary>Makes a layer that no record names.</summary>
    public void CreateBare(LayerId layer, LayerId? parent, IdMaps maps) => Held(_ =>
    {
        if (BareLayer.Plan(Root, layer, parent, maps) is not { } plan) return false;
        var place = new Trash(Area.Trees, Area.Trees.NextName(layer.Value));
        var tree = Driver.Stage(place, plan, CancellationToken.None);
        foreach (var trash in BareLayer.Show(Root, tree)) trash.Remove(_disk);
        return true;
    });

    public void Delete(params LayerId[] layers) => Held(held =>
    {
        foreach (var trash in LayerDeletion.Run(Root, held, layers, LockWaitMax)) trash.Remove(_disk);
        return true;
    });

    public string Mount(LayerRecord layer, MountRequest? request = null) =>
        Held(_ => LayerMounts.Mount(Root, layer, request ?? new MountRequest(), LockWaitMax));

    public void Unmount(LayerRecord layer) =>
        Held(_ => LayerMounts.Unmount(Root, layer, force: true, LockWaitMax));

    public T Held<T>(Func<FileLock, T> work)
    {
        using var held = LockWait.Acquire(Paths.LayersLock, LockMode.Exclusive, LockWaitMax);
        Root.Refresh(held, LockMode.Exclusive);
        return work(held);
    }

    /// <summary>The newest Go tool's output on this root, without the last line end. It must succeed.</summary>
    public string Go(params string[] arguments)
    {
        var program = Environment.GetEnvironmentVariable("ACTORSTORAGE_GO_NEWEST");
        Skip.If(program is null, "ACTORSTORAGE_GO_NEWEST does not name a Go tool");
        var start = new ProcessStartInfo(program!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--graph", Paths.GraphRoot, "--run", Paths.RunRoot, "-s", Paths.Driver },
            Environment = { ["_CONTAINERS_OVERLAY_DISABLE_IDMAP"] = "yes" },
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {errors.Result}{output}");
        return output.TrimEnd();
    }

    /// <summary>Path, kind, mode, owner and, but for directories, number of names of everything below.</summary>
    public static string[] Listing(string directory) =>
    [
        .. OverlayRoot.Execute("/usr/bin/find", [directory, "-mindepth", "1", "-printf", @"%P %y %m %U:%G %n\n"])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
            .Select(line => line.Contains(" d ", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')] : line),
    ];

    public void Dispose()
    {
        Root.Dispose();
        Area.Dispose();
        Driver.Dispose();
        var mounted = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ', 6)[4])
            .Where(path => path.StartsWith(_temporary.Path + "/", StringComparison.Ordinal)).Reverse().ToList();
        mounted.ForEach(path => _disk.Unmount(path));
        _temporary.Dispose();
    }
}
