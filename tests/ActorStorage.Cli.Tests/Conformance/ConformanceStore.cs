// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.InProcess;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// How a test calls the program under test on one store. Both streams of the program come as one, in
/// <see cref="Outcome.Output"/>, because that is what the checklist compares.
/// </summary>
public sealed class ConformanceStore
{
    private const string Merged = "exec \"$0\" \"$@\" 2>&1";

    private readonly ToolUnderTest _subject;
    private readonly string _directory;
    private readonly string[] _options;
    private readonly bool _isProcess;

    internal ConformanceStore(
        ToolUnderTest subject, string directory, string graph, string run, params string[] options)
        : this(subject, subject.InProcesses, directory, graph, run, options)
    {
    }

    private ConformanceStore(
        ToolUnderTest subject, bool isProcess, string directory, string graph, string run, string[] options)
    {
        (_subject, _isProcess, _directory) = (subject, isProcess, directory);
        (Graph, Run, _options) = (graph, run, options);
    }

    public string Graph { get; }

    public string Run { get; }

    /// <summary>Whether the last command ended the store's mounts.</summary>
    public bool IsShutDown { get; private set; }

    private string Driver => _subject.Driver;

    /// <summary>A directory of records in the graph root: <c>layers</c>, <c>images</c> or <c>containers</c>.</summary>
    public string Records(string kind) => Path.Combine(Graph, $"{Driver}-{kind}");

    /// <summary>The same store with more options.</summary>
    public ConformanceStore With(params string[] options) =>
        new(_subject, _isProcess, _directory, Graph, Run, [.. _options, .. options]);

    /// <summary>The same store with the test's directory as the current one of every command.</summary>
    public ConformanceStore FromItsDirectory() =>
        new(_subject, isProcess: true, _directory, Graph, Run, _options);

    /// <summary>The same store for commands that only clear up: in no process of their own where it is ours.</summary>
    public ConformanceStore ForClearing() => new(_subject, isProcess: false, _directory, Graph, Run, _options);

    /// <summary>Runs a command with the debug log on.</summary>
    public Task<Outcome> RunAsync(params string[] arguments)
    {
        IsShutDown = arguments is ["shutdown"];
        return StartAsync([], Options, arguments);
    }

    /// <summary>Runs a command with the debug log off again: the output is exactly what the command says.</summary>
    public Task<Outcome> QuietAsync(params string[] arguments) => RunAsync(["--debug=false", .. arguments]);

    /// <summary>Runs a command and fails the test when it fails.</summary>
    public async Task<Outcome> MustAsync(params string[] arguments) => (await RunAsync(arguments)).Succeeded();

    /// <summary>Runs a command without the debug log and fails the test when it fails; returns what it says.</summary>
    public async Task<string> SaysAsync(params string[] arguments) =>
        (await QuietAsync(arguments)).Succeeded().Text;

    /// <summary>The lines of <see cref="SaysAsync"/> that are not empty.</summary>
    public async Task<string[]> LinesAsync(params string[] arguments) =>
        (await QuietAsync(arguments)).Succeeded().Lines;

    /// <summary>Makes an image or a container and returns its id: what stands before the first blank.</summary>
    public async Task<string> IdAsync(params string[] arguments)
    {
        var id = (await SaysAsync(arguments)).Split('\n', '\t')[0];
        Assert.NotEqual("", id);
        return id;
    }

    /// <summary>Makes a layer, whose id is all that may be said.</summary>
    public async Task<string> LayerAsync(params string[] arguments)
    {
        var id = await SaysAsync(["create-layer", .. arguments]);
        Assert.Matches("^[^\\s]+$", id);
        return id;
    }

    /// <summary>Mounts and returns the path, which is all that may be said.</summary>
    public async Task<string> MountAsync(params string[] arguments)
    {
        var path = await SaysAsync(["mount", .. arguments]);
        Assert.True(Directory.Exists(path), $"mount says '{path}', which is not a directory");
        return path;
    }

    public Task<Outcome> UnmountAsync(string id) => MustAsync("unmount", id);

    /// <summary>Whether something exists, by the exit status; for example <c>-l ID</c>.</summary>
    public async Task<bool> ExistsAsync(params string[] arguments) =>
        (await RunAsync(["exists", .. arguments])).ExitCode == 0;

    /// <summary>Runs a command with a file on its standard input, and without the debug log.</summary>
    public Task<Outcome> FeedAsync(string file, params string[] arguments) =>
        StartAsync([], [.. Options, "--debug=false"], arguments, File.ReadAllBytes(file));

    /// <summary>Runs a command with no option at all before it, and with this configuration.</summary>
    public async Task<Outcome> ConfiguredAsync(string configuration, params string[] arguments) =>
        await StartAsync([("CONTAINERS_STORAGE_CONF", configuration)], [], arguments);

    private string[] Options =>
    [
        "--debug", "--graph", Path.Combine(_directory, "root"), "--run", Path.Combine(_directory, "runroot"),
        .. _subject.IsTransient ? ["--transient-store"] : Array.Empty<string>(), "--storage-driver", Driver,
        .. Graph == Path.Combine(_directory, "root") ? Array.Empty<string>() : ["--graph", Graph, "--run", Run],
        .. _options,
    ];

    private async Task<Outcome> StartAsync(
        (string, string)[] environment, string[] options, string[] arguments, ReadOnlyMemory<byte> input = default)
    {
        if (_subject.Tool == Tool.Ours && environment.Length == 0 && input.Length == 0 && !_isProcess)
        {
            return await OursInProcess.RunAsync([.. options, .. arguments], isMerged: true);
        }
        var running = RunningTool.Start(
            $"{_subject.Tool.Name} in {_directory}:", "/bin/sh",
            ["-c", Merged, _subject.Tool.Path, .. options, .. arguments], _directory, environment);
        if (input.Length > 0) await running.WriteAsync(input);
        return await running.EndAsync();
    }
}
