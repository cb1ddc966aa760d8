// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Configuration;

/// <summary>
/// The effective storage.conf: what podman, buildah and skopeo would use on this machine when nobody tells them
/// otherwise. Texts are empty where nobody said anything and there is no default.
/// </summary>
/// <param name="GraphRoot">Absolute path of what survives a reboot.</param>
/// <param name="RunRoot">Absolute path of what does not.</param>
public sealed record StorageConf(string GraphRoot, string RunRoot)
{
    private const string GraphRootOfSystem = "/var/lib/containers/storage";
    private const string RunRootOfSystem = "/run/containers/storage";

    /// <summary>Root of a separate store for images and read-only layers.</summary>
    public string ImageStore { get; init; } = "";

    public string Driver { get; init; } = "";

    /// <summary>Drivers to try in this order when none is named; empty for the usual order.</summary>
    public IReadOnlyList<string> DriverPriority { get; init; } = [];

    /// <summary>Of the form <c>[driver.]key=value</c>; later ones win.</summary>
    public IReadOnlyList<string> DriverOptions { get; init; } = [];

    /// <summary>Whose subordinate ids are used for automatic user namespaces.</summary>
    public string AutoUserNamespaceUser { get; init; } = "";

    /// <summary>Number of ids; 0 for the default.</summary>
    public uint AutoUserNamespaceSizeMin { get; init; }
    public uint AutoUserNamespaceSizeMax { get; init; }

    /// <summary>For those who pull images; null when the table is missing. Sorted.</summary>
    public IReadOnlyDictionary<string, string>? PullOptions { get; init; }

    /// <summary>Never mount with overlay's <c>volatile</c>.</summary>
    public bool DisableVolatile { get; init; }

    /// <summary>Containers are forgotten at a reboot.</summary>
    public bool TransientStore { get; init; }

    /// <summary>What people should hear although it stops nobody.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads every file that counts.</summary>
    /// <param name="mainFile">Read this one instead of the main file and its fragments.</param>
    /// <exception cref="StorageException">NotFound: a file that was named is not there. Invalid: no TOML, a value of
    /// the wrong kind, or places that contradict each other.</exception>
    public static StorageConf Load(StorageConfEnvironment environment, string? mainFile = null)
    {
        var values = new StorageConfValues();
        foreach (var file in StorageConfFiles.Find(environment, mainFile)) Apply(values, file);
        var conf = From(values, environment);
        if (conf.ImageStore.Length == 0 || conf.ImageStore != conf.GraphRoot) return conf;
        throw new StorageException(
            StorageErrorKind.Invalid,
            $"imagestore {conf.ImageStore} must either be not set or be different than graphroot");
    }

    /// <summary>Whether the environment names configuration files. A caller that has all it needs may do without
    /// <see cref="Load"/> otherwise.</summary>
    public static bool IsNamed(StorageConfEnvironment environment) => StorageConfFiles.AreNamed(environment);

    /// <summary>Where the store lies, for the driver that is named or found.</summary>
    /// <exception cref="StorageException">As <see cref="DriverChoice.Choose"/>.</exception>
    public StoragePaths Paths() =>
        new(GraphRoot, RunRoot, DriverChoice.Choose(Driver, DriverPriority, GraphRoot))
        {
            ImageStore = ImageStore,
            Transient = TransientStore,
        };

    private static void Apply(StorageConfValues values, string file)
    {
        var text = ReadText(file);
        try
        {
            foreach (var entry in StorageConfDocument.Parse(text)) values.Apply(entry);
        }
        catch (StorageException failure)
        {
            throw new StorageException(
                failure.Kind, $"decode configuration {Quoted.Text(file)}: {failure.Message}", file);
        }
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StorageException(StorageErrorKind.NotFound, $"open {file}: no such file or directory", file);
        }
        catch (UnauthorizedAccessException)
        {
            throw Directory.Exists(file)
                ? new StorageException(StorageErrorKind.Invalid, $"read {file}: is a directory", file)
                : new StorageException(StorageErrorKind.AccessDenied, $"open {file}: permission denied", file);
        }
    }

    private static StorageConf From(StorageConfValues values, StorageConfEnvironment environment)
    {
        var driver = environment.Given("STORAGE_DRIVER") ?? values.Driver;
        var isOldName = driver == "overlay2";
        return new StorageConf(GraphRootOf(values, environment), RunRootOf(values, environment))
        {
            ImageStore = values.ImageStore,
            Driver = isOldName ? "overlay" : driver,
            DriverPriority = values.DriverPriority,
            DriverOptions = DriverOptionsOf(values, environment),
            AutoUserNamespaceUser = values.AutoUserNamespaceUser,
            AutoUserNamespaceSizeMin = values.AutoUserNamespaceSizeMin,
            AutoUserNamespaceSizeMax = values.AutoUserNamespaceSizeMax,
            PullOptions = values.PullOptions,
            DisableVolatile = values.DisableVolatile,
            TransientStore = values.TransientStore,
            Warnings = isOldName ? ["Switching default driver from overlay2 to the equivalent overlay driver"] : [],
        };
    }

    private static string GraphRootOf(StorageConfValues values, StorageConfEnvironment environment)
    {
        if (values.GraphRoot.Length > 0) return ConfiguredPath.Expand(values.GraphRoot, environment);
        if (!environment.IsPerUser) return GraphRootOfSystem;
        return values.PerUserGraphRoot.Length > 0
            ? ConfiguredPath.Expand(values.PerUserGraphRoot, environment)
            : $"{environment.Given("XDG_DATA_HOME") ?? $"{environment.Home}/.local/share"}/containers/storage";
    }

    private static string RunRootOf(StorageConfValues values, StorageConfEnvironment environment)
    {
        if (values.RunRoot.Length > 0) return ConfiguredPath.Expand(values.RunRoot, environment);
        return environment.IsPerUser ? $"{RuntimeDirectory(environment)}/containers" : RunRootOfSystem;
    }

    private static string RuntimeDirectory(StorageConfEnvironment environment)
    {
        if (environment.Given("XDG_RUNTIME_DIR") is { } given) return given;
        var user = environment.RootlessUserId;
        var usual = $"/run/user/{user}";
        return Directory.Exists(usual)
            ? usual
            : Path.Combine(environment.Given("TMPDIR") ?? "/tmp", $"storage-run-{user}");
    }

    /// <summary>The variable replaces everything, even when it is empty.</summary>
    private static string[] DriverOptionsOf(StorageConfValues values, StorageConfEnvironment environment) =>
        environment.Variable("STORAGE_OPTS") switch
        {
            null => [.. values.DriverOptions()],
            "" => [],
            var options => options.Split(','),
        };
}
