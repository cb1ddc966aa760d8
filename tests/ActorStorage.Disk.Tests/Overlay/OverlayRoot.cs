// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using ActorStorage.Disk.Overlay;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Overlay;

/// <summary>A store of a test's own, for this engine and the Go tools; nothing is mounted when it is gone.</summary>
internal sealed class OverlayRoot : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    /// <param name="name">What the graph root is called, for those who want trouble.</param>
    public OverlayRoot(string name = "root") => Paths = new StoragePaths(_temporary[name], _temporary["run"]);

    public StoragePaths Paths { get; }

    public static LinuxDisk Disk { get; } = new();

    public string this[string name] => $"{Paths.GraphRoot}/{name}";

    public OverlayHome Open(params string[] options) =>
        OverlayHome.Open(Disk, Paths, OverlayOptions.Parse(options));

    /// <summary>The newest Go tool's output on this root, without the last line end. It must succeed.</summary>
    public string Go(params string[] arguments) => Run(Tool("ACTORSTORAGE_GO_NEWEST", null), arguments);

    /// <summary>The same with the release of Debian's stable.</summary>
    public string GoStable(params string[] arguments) =>
        Run(Tool("ACTORSTORAGE_GO_STABLE", "/usr/bin/containers-storage"), arguments);

    public LayerId GoLayer(LayerId? parent = null) =>
        new(Go(parent is { } id ? ["create-layer", id.Value] : ["create-layer"]).Split('\n')[0]);

    /// <summary>A chain made by the Go tool, the lowest first.</summary>
    public List<LayerId> GoChain(int length)
    {
        var chain = new List<LayerId>();
        while (chain.Count < length) chain.Add(GoLayer(chain.Count == 0 ? null : chain[^1]));
        return chain;
    }

    /// <summary>A layer of this engine: staged, put on its parent, renamed to its place.</summary>
    public static LayerId Add(OverlayHome home, LayerId? parent, params string[] files)
    {
        var layer = LayerId.Random();
        var staging = $"staged-{layer.Value[..8]}";
        Disk.MakeDirectory(home.Directory, staging, 0x1ff);
        using var staged = Disk.OpenDirectory(home.Directory, staging);
        var link = LayerDirectory.Prepare(Disk, staged, layer, parent is not null, default);
        using (var diff = Disk.OpenDirectory(staged, LayerDirectory.Diff))
        {
            foreach (var file in files) Disk.CreateFile(diff, file, 0x1a4).Dispose();
        }
        if (parent is { } below) LayerDirectory.SetParent(Disk, staged, below, LayerDirectory.ReadParent(home, below));
        LayerDirectory.AddLink(Disk, home.Directory, staged, link);
        Disk.Rename(home.Directory, staging, home.Directory, layer.Value);
        return layer;
    }

    public static bool IsMounted(OverlayHome home, LayerId layer) => Disk.IsMountPoint(home.MountPoint(layer));

    /// <summary>A directory in the home, on the mount that renames need.</summary>
    public static DirectoryHandle Reopen(OverlayHome home, string path) =>
        Disk.OpenDirectory(home.Directory, Path.GetRelativePath(home.Paths.DriverHome, path));

    /// <summary>A chain of this engine, the lowest first; each layer holds a file named by its number.</summary>
    public static List<LayerId> AddChain(OverlayHome home, int length)
    {
        var chain = new List<LayerId>();
        while (chain.Count < length) chain.Add(Add(home, chain.Count == 0 ? null : chain[^1], $"file-{chain.Count}"));
        return chain;
    }

    /// <summary>Tells the Go tools of layers that are in their places: the lowest of a chain first.</summary>
    public void Record(IReadOnlyList<LayerId> chain)
    {
        var records = chain.Select((layer, index) =>
        {
            var parent = index == 0 ? "" : $"\"parent\":\"{chain[index - 1]}\",";
            return $$"""{"id":"{{layer}}",{{parent}}"created":"2024-05-06T07:08:09.123456789Z"}""";
        });
        File.WriteAllText($"{Paths.Layers}/layers.json", $"[{string.Join(',', records)}]");
    }

    /// <summary>Kind, mode, owner and size of everything below a directory, sorted by path.</summary>
    public static string Listing(string directory) => Execute(
        "/usr/bin/find", [directory, "-printf", @"%P %y %m %U:%G %s\n"]).Trim().Split('\n')
        .Where(line => !line.StartsWith("run/overlay/", StringComparison.Ordinal))     // what Go knows of the kernel
        .Order(StringComparer.Ordinal)
        .Aggregate(new StringBuilder(), (text, line) => text.AppendLine(line)).ToString();

    public string Listing() => Listing(_temporary.Path);

    public static string Execute(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.Result}{output}");
        return output;
    }

    /// <summary>The line of this mount in mountinfo; null when nothing is mounted there.</summary>
    public static string? MountLine(string mountPoint) => File.ReadLines("/proc/self/mountinfo")
        .LastOrDefault(line => PathIn(line) == mountPoint);

    public void Dispose()
    {
        var mounted = File.ReadLines("/proc/self/mountinfo").Select(PathIn)
            .Where(path => path.StartsWith(_temporary.Path + "/", StringComparison.Ordinal)).Reverse().ToList();
        mounted.ForEach(path => Disk.Unmount(path));
        _temporary.Dispose();
    }

    private string Run(string tool, string[] arguments) => Execute(
        tool,
        [arguments[0], "--graph", Paths.GraphRoot, "--run", Paths.RunRoot, "-s", "overlay", .. arguments[1..]]).Trim();

    private static string Tool(string variable, string? fallback)
    {
        var path = Environment.GetEnvironmentVariable(variable) ?? (File.Exists(fallback) ? fallback : null);
        Skip.If(path is null, $"{variable} does not name a Go tool");
        return path!;
    }

    private static string PathIn(string line) =>
        line.Split(' ', 6)[4].Replace(@"\040", " ", StringComparison.Ordinal);
}
