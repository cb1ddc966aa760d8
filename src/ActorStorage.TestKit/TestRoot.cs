// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Journal;
using ActorStorage.TestKit.Faults;
using ActorStorage.TestKit.Invariants;
using ActorStorage.Watching;
using Akka.Actor;
using Akka.Configuration;
using Mono.Unix.Native;

namespace ActorStorage.TestKit;

/// <summary>
/// A store in a directory of its own, with an engine on it in the test's actor system. Its end stops the engine,
/// unmounts everything and removes the directory; it throws when the test has left something mounted.
/// </summary>
/// <remarks>
/// The disk is the real one, with <see cref="FaultDisk">fault points</see>. One test may have several roots. It needs
/// root's rights, which a user namespace gives too: there files whose owners cannot be had are left to this user.
/// </remarks>
public sealed partial class TestRoot : IAsyncDisposable
{
    private static readonly LinuxDisk RealDisk = new();
    private readonly TestRootOptions _options;
    private readonly Config _config;
    private IActorRef? _storage;
    private bool _hasCrashed;
    private bool _isDead;
    private bool _isDisposed;

    private TestRoot(ActorSystem system, TestRootOptions options, string directory)
    {
        (System, _options, Directory) = (system, options, directory);
        Files = Path.Combine(directory, "files");
        global::System.IO.Directory.CreateDirectory(Files);
        var driver = options.Driver ?? (UserNamespace.IsInside ? DriverChoice.Vfs : DriverChoice.Overlay);
        Paths = new StoragePaths(Path.Combine(directory, "root"), Path.Combine(directory, "run"), driver);
        _config = options.Config is { } own ? own.WithFallback(system.Settings.Config) : system.Settings.Config;
        Client = new StorageClient(ActorRefs.Nobody, options.Patience);
    }

    public ActorSystem System { get; }

    /// <summary>Everything of the root lies below it.</summary>
    public string Directory { get; }

    /// <summary>A directory for archives and other files of the test.</summary>
    public string Files { get; }

    /// <summary>Where the store lies.</summary>
    public StoragePaths Paths { get; }

    /// <summary>Of the engine that was started last, as are all that follow.</summary>
    public StorageClient Client { get; private set; }

    /// <summary>The <see cref="StorageActor"/>, for messages.</summary>
    public IActorRef Storage => _storage ?? ActorRefs.Nobody;

    /// <summary>The <see cref="JournalActor"/>; null without a journal.</summary>
    public IActorRef? Journal { get; private set; }

    public FaultDisk Disk { get; private set; } = new();

    /// <summary>Makes a root and opens it.</summary>
    /// <exception cref="StorageException">Why it cannot be opened. Nothing is left then.</exception>
    public static async Task<TestRoot> StartAsync(
        ActorSystem system, TestRootOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new TestRootOptions();
        if (Syscall.geteuid() != 0)
        {
            throw new StorageException(
                StorageErrorKind.AccessDenied,
                "a root needs root's rights: run the tests as root, or in a user namespace (unshare -Urm dotnet test)");
        }
        AddDefaults(system);
        var root = new TestRoot(system, options, DirectoryOf(options));
        try
        {
            await root.StartEngineAsync(cancellation);
            return root;
        }
        catch
        {
            await root.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path for a file of the test.</summary>
    public string File(string name) => Path.Combine(Files, name);

    /// <summary>Closes the engine in order and starts another one on the same root, with a disk without faults. When
    /// the engine has been closed or killed before, the disk stays, with the faults that recovery is to meet.</summary>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        await StopAsync();
        await StartEngineAsync(cancellation);
    }

    /// <summary>
    /// Ends the engine as SIGKILL ends a process: nothing that it does from now on reaches the disk, its locks go,
    /// mounts and what is half done stay. <see cref="RestartAsync"/> starts the one that recovers. Without an engine
    /// nothing happens.
    /// </summary>
    public async Task CrashAsync()
    {
        if (_storage is null) return;
        Disk.Stop();
        _isDead = _hasCrashed = true;
        await StopAsync();
    }

    /// <summary>Closes the engine and keeps the root; one that does not end in time is killed. What is made of
    /// <see cref="Disk"/> from then on is for the next engine. Without an engine nothing happens.</summary>
    /// <exception cref="StorageException">Cancelled: it did not end in time.</exception>
    public async Task StopAsync()
    {
        if (_storage is null) return;
        Disk.Clear();
        try
        {
            await EndAsync(_node, Journal, _storage);
        }
        catch
        {
            // Nothing that it does later may reach what is the next one's, or removed.
            Disk.Stop();
            throw;
        }
        finally
        {
            (_node, Journal, _storage) = (null, null, null);
            Disk.Dispose();
            Disk = new FaultDisk();
        }
    }

    /// <summary>Checks what must be true at the end of a test, see <see cref="StoreInvariants"/>.</summary>
    /// <exception cref="InvariantException">What is not.</exception>
    public Task CheckInvariantsAsync(InvariantOptions? options = null, CancellationToken cancellation = default) =>
        StoreInvariants.CheckAsync(Client, Paths, Journal, Allowing(options), cancellation);

    /// <summary>Likewise, and returns what is not.</summary>
    public Task<IReadOnlyList<Violation>> FindViolationsAsync(
        InvariantOptions? options = null, CancellationToken cancellation = default) =>
        StoreInvariants.FindAsync(Client, Paths, Journal, Allowing(options), cancellation);

    /// <exception cref="InvariantException">Something was still mounted; now it is not, unless the directory was
    /// given.</exception>
    /// <exception cref="StorageException">Cancelled: the engine did not end in time. The directory is gone all the
    /// same.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        // A process that was killed leaves its mounts; they are no fault of the test.
        var isDead = _isDead || Disk.HasStopped;
        List<string> left = [];
        try
        {
            if (!isDead && _storage is not null) await TakeHomeAwayAsync();
            await StopAsync();
        }
        finally
        {
            Disk.Dispose();
            left = TakeAway();
        }
        if (isDead || left.Count == 0) return;
        throw new InvariantException(
            [.. left.Select(mount => new Violation(Invariant.NothingMounted, $"{mount} was still mounted"))]);
    }

    private static void AddDefaults(ActorSystem system)
    {
        if (system.Settings.Config.HasPath("actor-storage.store-dispatcher")) return;
        system.Settings.InjectTopLevelFallback(StorageSettings.Reference());
    }

    private static string DirectoryOf(TestRootOptions options) => options.Directory is { } given
        ? global::System.IO.Directory.CreateDirectory(given).FullName
        : MakeDirectory(options.Parent ?? Path.GetTempPath());

    private static string MakeDirectory(string parent)
    {
        var made = global::System.IO.Directory.CreateTempSubdirectory("as-").FullName;
        if (parent == Path.GetTempPath()) return made;
        var wanted = Path.Combine(Path.GetFullPath(parent), Path.GetFileName(made));
        global::System.IO.Directory.Delete(made);
        global::System.IO.Directory.CreateDirectory(wanted);
        return wanted;
    }

    private InvariantOptions Allowing(InvariantOptions? options)
    {
        options ??= new InvariantOptions();
        return options with { AllowUnfinished = options.AllowUnfinished || _hasCrashed };
    }

    private async Task StartEngineAsync(CancellationToken cancellation)
    {
        var settings = StorageSettings.From(Paths, _config) with { RequestTimeout = _options.Patience };
        // Such a namespace may have one id only.
        if (UserNamespace.IsInside)
            settings = settings with { DriverOptions = [$"{Paths.Driver}.ignore_chown_errors=true"] };
        settings = _options.ChangeSettings?.Invoke(settings) ?? settings;
        var link = _options.HasJournal ? new JournalLink(settings) : null;
        if (link is not null) settings = settings.JournaledBy(link);
        _storage = System.ActorOf(StorageActor.Props(settings, Disk));
        _isDead = false;
        Client = new StorageClient(_storage, settings.RequestTimeout, settings.Time);
        await Client.OpenAsync(cancellation);
        if (link is null) return;
        var journal = JournalSettings.From(Paths, _config);
        journal = _options.ChangeJournal?.Invoke(journal) ?? journal;
        Journal = System.ActorOf(JournalActor.Props(journal, link, Client, settings.Time));
        var health = await JournalOpening.WaitAsync(Journal, _options.Patience, cancellation);
        if (health is not JournalHealth.Healthy)
            throw new StorageException(StorageErrorKind.Cancelled, $"the journal does not become healthy: {health}");
    }

    /// <summary>In this order; one that is late keeps none of the others.</summary>
    private async Task EndAsync(params IActorRef?[] actors)
    {
        if (actors is not [var first, .. var others]) return;
        try
        {
            if (first is not null && !await first.GracefulStop(_options.Patience))
            {
                throw new StorageException(
                    StorageErrorKind.Cancelled, $"{first.Path} did not end within {_options.Patience}");
            }
        }
        finally
        {
            await EndAsync(others);
        }
    }

    /// <summary>Removes the directory, unless it was given.</summary>
    /// <returns>What was still mounted in it.</returns>
    private List<string> TakeAway()
    {
        using var parent = RealDisk.OpenDirectory(Path.GetDirectoryName(Directory)!);
        var name = Path.GetFileName(Directory);
        var left = RealDisk.MountsBelow(parent, name).Where(mount => !MountedThings.IsHome(Paths, mount)).ToList();
        if (_options.Directory is null) TreeRemoval.Remove(RealDisk, parent, name);
        return left;
    }

    /// <summary>The mount of the driver's home, which an engine leaves for those who come next.</summary>
    private async Task TakeHomeAwayAsync()
    {
        Disk.Clear();
        try
        {
            await Client.ShutdownAsync();
        }
        catch (StorageException)
        {
            // A layer is still mounted, or the root is broken: what stays mounted is found and named below.
        }
    }
}
