// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Layouts;

/// <summary>A root whose layers lie in several places, for our engine and the newest Go tool in turns.</summary>
internal sealed class LayoutRoot(string driver, params string[] options) : IAsyncDisposable
{
    public static readonly LayerArchive Lower = new(
        new TarBuilder().Directory("./").File("one", "1").Directory("sub/").File("sub/deep", "2").Build());

    public static readonly LayerArchive Upper = new(
        new TarBuilder().Directory("./").File("two", "3").File(".wh.one", "").Build());

    private readonly List<StorageEngine> _engines = [];

    public StorageRoot Root { get; } = new(driver);

    /// <summary>Another root beside it, and its run root.</summary>
    public string Other => Path.Combine(Root.Directory, "other");

    public string OtherRun => Path.Combine(Root.Directory, "other-run");

    public StoragePaths Paths => new(Root.Graph, Root.Run, Root.Driver);

    public StoragePaths OtherPaths => new(Other, OtherRun, Root.Driver);

    /// <summary>Runs the Go tool on the root with its options; what it printed.</summary>
    public async Task<string> GoAsync(params string[] arguments) =>
        (await Tool.GoNewest.MustAsync(Root, [.. options.Select(Full), .. arguments])).Text;

    /// <summary>Likewise, without the options.</summary>
    public async Task<string> GoAloneAsync(params string[] arguments) =>
        (await Tool.GoNewest.MustAsync(Root, arguments)).Text;

    /// <summary>Likewise, whether it succeeds or not.</summary>
    public Task<Outcome> TryGoAsync(params string[] arguments) =>
        Tool.GoNewest.RunAsync(Root, [.. options.Select(Full), .. arguments]);

    /// <summary>Runs the Go tool on the other root alone.</summary>
    public async Task<string> GoOnOtherAsync(params string[] arguments) =>
        (await Tool.GoNewest.MustAsync(Root, ["--graph", Other, "--run", OtherRun, .. arguments])).Text;

    /// <summary>Two layers, the upper one on the lower, made by the Go tool in the other root.</summary>
    public async Task FillOtherAsync()
    {
        await GoOnOtherAsync("import-layer", "-r", "-i", "lower", "-n", "named", "-f", ArchiveFile(Lower, "lower.tar"));
        await GoOnOtherAsync("import-layer", "-r", "-i", "upper", "-f", ArchiveFile(Upper, "upper.tar"), "lower");
        await GoOnOtherAsync("shutdown");
    }

    public string ArchiveFile(LayerArchive archive, string name)
    {
        File.WriteAllBytes(Root.File(name), archive.Bytes);
        return Root.File(name);
    }

    public async Task<StorageClient> StartAsync(StoragePaths paths, params string[] driverOptions)
    {
        var settings = StorageSettings.From(paths) with { DriverOptions = driverOptions };
        var engine = await StorageEngine.StartAsync(settings);
        _engines.Add(engine);
        return engine.Client;
    }

    public async Task StopAsync()
    {
        foreach (var engine in _engines) await engine.DisposeAsync();
        _engines.Clear();
    }

    public static PutLayer Put(string id, string? parent, bool writeable, LayerArchive? archive = null) => new(
        new NewLayer { Id = new LayerId(id), Parent = parent, Writeable = writeable },
        archive is null ? null : new LayerBlob(id, () => new MemoryStream(archive.Bytes), archive.Bytes.Length));

    /// <summary>Names below a directory, in order.</summary>
    public static string[] Names(string directory) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).OfType<string>().Order()]
        : [];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Root.DisposeAsync();
    }

    private string Full(string option) => option.Replace("OTHER", Other, StringComparison.Ordinal);
}
