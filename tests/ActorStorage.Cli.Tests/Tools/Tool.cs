// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>One of the programs that share a storage root: ours, or one of the two Go ones.</summary>
public sealed class Tool
{
    private const string InstallHint = "; tests/run installs it";

    /// <summary>Set where a missing Go tool is a fault, and not the misfortune of this machine.</summary>
    private const string RequiredVariable = "ACTORSTORAGE_GO_REQUIRED";

    private readonly Func<string?> _find;

    private Tool(string name, Func<string?> find) => (Name, _find) = (name, find);

    public static Tool Ours { get; } = new("ours", FindOurs);

    /// <summary>The newest release of the Go tool: the one whose behaviour is the specification.</summary>
    public static Tool GoNewest { get; } = new("go-newest", () => FromEnvironment("ACTORSTORAGE_GO_NEWEST"));

    /// <summary>The older Go tool that Debian's stable release carries.</summary>
    public static Tool GoStable { get; } = new(
        "go-stable", () => FromEnvironment("ACTORSTORAGE_GO_STABLE") ?? Existing("/usr/bin/containers-storage"));

    public string Name { get; }

    /// <summary>
    /// Where the program is. The test that asks is skipped when a Go tool is not installed, unless it must be there,
    /// and fails when ours was not built.
    /// </summary>
    public string Path
    {
        get
        {
            if (_find() is { } path) return path;
            var reason = $"{Name} is not installed{InstallHint}";
            if (MustBeThere) throw new FileNotFoundException(reason);
            Skip.If(true, reason);
            return "";
        }
    }

    private bool MustBeThere =>
        this == Ours || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(RequiredVariable));

    public static Tool Named(string name) => name switch
    {
        "ours" => Ours,
        "go-newest" => GoNewest,
        "go-stable" => GoStable,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such tool"),
    };

    /// <summary>Skips the test when one of the programs is not there.</summary>
    public static void Require(params Tool[] tools)
    {
        foreach (var tool in tools)
            _ = tool.Path;
    }

    /// <summary>Runs the program on a root to its end.</summary>
    public Task<Outcome> RunAsync(StorageRoot root, params string[] arguments) =>
        Start(root, arguments).EndAsync();

    /// <summary>Runs the program on a root to its end and fails the test when it fails.</summary>
    public async Task<Outcome> MustAsync(StorageRoot root, params string[] arguments) =>
        (await RunAsync(root, arguments)).Succeeded();

    /// <summary>Runs the program on a root with these bytes on its standard input.</summary>
    public async Task<Outcome> FeedAsync(StorageRoot root, ReadOnlyMemory<byte> input, params string[] arguments)
    {
        var running = Start(root, arguments);
        await running.WriteAsync(input);
        return await running.EndAsync();
    }

    /// <summary>Starts the program on a root; its standard input stays open until the caller closes it.</summary>
    public RunningTool Start(StorageRoot root, params string[] arguments) =>
        RunningTool.Start(Name, Path, [.. root.GlobalOptions, .. arguments], root.Directory);

    public override string ToString() => Name;

    private static string? FindOurs()
    {
        if (FromEnvironment("ACTORSTORAGE_BINARY") is { } named) return named;
        var configuration = System.IO.Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        return Existing(System.IO.Path.Combine(
            RepositoryRoot(), "artifacts", "bin", "ActorStorage.Cli", configuration, "actor-storage"));
    }

    private static string RepositoryRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "ActorStorage.sln"))) return at.FullName;
        }
        throw new InvalidOperationException($"no ActorStorage.sln above {AppContext.BaseDirectory}");
    }

    /// <summary>A variable that is set must name a program: a wrong path is a mistake, not a reason to skip.</summary>
    private static string? FromEnvironment(string variable)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(path)) return null;
        return Existing(path) ?? throw new FileNotFoundException($"{variable} names a file that does not exist", path);
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
