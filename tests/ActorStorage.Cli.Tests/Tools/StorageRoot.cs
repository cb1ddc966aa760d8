// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>
/// A storage root of its own in the temporary directory: graph root, run root and room for the test's files beside
/// them. Disposing of it unmounts everything below and removes it.
/// </summary>
public sealed class StorageRoot : IAsyncDisposable
{
    public StorageRoot(string driver = "overlay")
    {
        Driver = driver;
        // Short, because overlay's mount options hold paths below it.
        Directory = System.IO.Directory.CreateTempSubdirectory("as-").FullName;
        Graph = Path.Combine(Directory, "root");
        Run = Path.Combine(Directory, "run");
        Files = Path.Combine(Directory, "files");
        System.IO.Directory.CreateDirectory(Files);
    }

    public string Directory { get; }

    /// <summary>How the tools are told to store layers in it.</summary>
    public string Driver { get; }

    public string Graph { get; }

    public string Run { get; }

    /// <summary>For archives and other files of the test.</summary>
    public string Files { get; }

    public string Overlay => Path.Combine(Graph, "overlay");

    public string LayersLock => Path.Combine(Graph, "overlay-layers", "layers.lock");

    public string[] GlobalOptions => ["--graph", Graph, "--run", Run, "--storage-driver", Driver];

    /// <summary>A path for a file of the test.</summary>
    public string File(string name) => Path.Combine(Files, name);

    /// <summary>The directory with the files of a layer.</summary>
    public string DiffOf(string id) => Path.Combine(Overlay, id, "diff");

    /// <summary>The layer directories in overlay/, whether or not a record names them.</summary>
    public string[] LayerDirectories() => Names(Overlay)
        .Where(name => name is not ("l" or "tempdirs" or "staging") && !name.StartsWith('.'))
        .Order(StringComparer.Ordinal).ToArray();

    /// <summary>What lies in the places where layers are prepared and where deleted ones wait.</summary>
    public string[] Leftovers() =>
    [
        .. Names(Path.Combine(Overlay, "tempdirs")).Select(name => "overlay/tempdirs/" + name),
        .. Names(Path.Combine(Graph, "overlay-layers", "tmp")).Select(name => "overlay-layers/tmp/" + name),
        .. Names(Path.Combine(Overlay, "staging")).Select(name => "overlay/staging/" + name),
    ];

    /// <summary>How many layers are being unpacked: a process may keep several in one temp directory.</summary>
    public int LayersBeingStaged() => System.IO.Directory
        .EnumerateDirectories(Path.Combine(Overlay, "tempdirs"), "temp-dir-*")
        .Sum(temp => System.IO.Directory.EnumerateDirectories(temp).Count());

    /// <summary>The names in overlay-layers: indexes, locks, tar-split files, data directories.</summary>
    public string[] LayerFiles() => Names(Path.Combine(Graph, "overlay-layers"))
        .Where(name => name != "tmp").Order(StringComparer.Ordinal).ToArray();

    public async ValueTask DisposeAsync()
    {
        await Mounts.UnmountBelowAsync(Directory);
        // Some layers of the tests have immutable names or modes that only rm -rf, as root, does not mind.
        (await Command.RunAsync("rm", "-rf", "--one-file-system", Directory)).Succeeded();
    }

    private static IEnumerable<string> Names(string directory) => System.IO.Directory.Exists(directory)
        ? System.IO.Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path))
        : [];
}
