// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>The directory of one conformance test: its store, the test's files, and other stores beside it.</summary>
public sealed class ConformanceRoot
{
    private readonly List<ConformanceStore> _others = [];

    internal ConformanceRoot(ToolUnderTest subject)
    {
        Subject = subject;
        // Short, because overlay's mount options hold paths below it.
        Directory = System.IO.Directory.CreateTempSubdirectory("as-").FullName;
        System.IO.Directory.CreateDirectory(File("root"));
        System.IO.Directory.CreateDirectory(File("runroot"));
        Main = new ConformanceStore(subject, Directory, File("root"), File("runroot"));
    }

    public ToolUnderTest Subject { get; }

    public string Directory { get; }

    /// <summary>The store that the test is about.</summary>
    public ConformanceStore Main { get; }

    /// <summary>A path for something of the test.</summary>
    public string File(string name) => Path.Combine(Directory, name);

    /// <summary>A path for a new file with 256 random bytes, or as many as are asked for.</summary>
    public string RandomFile(string name, int bytes = SampleFile.Bytes)
    {
        var path = File(name);
        SampleFile.Create(path, bytes);
        return path;
    }

    /// <summary>
    /// Another store in this directory: <c>NAME-root</c> and <c>NAME-runroot</c>, or with the directories named. It is
    /// shut down before the directory is removed.
    /// </summary>
    public ConformanceStore Other(string name) => Other($"{name}-root", $"{name}-runroot");

    /// <inheritdoc cref="Other(string)"/>
    public ConformanceStore Other(string graph, string run, params string[] options)
    {
        var other = new ConformanceStore(Subject, Directory, File(graph), File(run), options);
        _others.Add(other);
        return other;
    }

    /// <summary>The main store with the images and layers of another one to read.</summary>
    public ConformanceStore MainWith(ConformanceStore readOnly) =>
        Main.With("--storage-opt", $"{Subject.Driver}.imagestore={readOnly.Graph}");

    /// <summary>The main store as another program sees it.</summary>
    public ConformanceStore MainBy(Tool tool) => new(
        new ToolUnderTest(tool, Subject.Driver, Subject.IsTransient), Directory, Main.Graph, Main.Run);

    internal async Task TearDownAsync()
    {
        foreach (var other in _others.Where(other => !other.IsShutDown))
            await other.ForClearing().MustAsync("shutdown");
        await Main.ForClearing().MustAsync("wipe");
        await Main.ForClearing().MustAsync("shutdown");
        var mounted = Mounts.Below(Directory).Where(point => point != Directory).ToList();
        Assert.True(mounted.Count == 0, $"still mounted after shutdown: {string.Join(' ', mounted)}");
    }

    internal async Task RemoveAsync()
    {
        await Mounts.UnmountBelowAsync(Directory);
        (await Command.RunAsync("rm", "-rf", "--one-file-system", Directory)).Succeeded();
    }
}
