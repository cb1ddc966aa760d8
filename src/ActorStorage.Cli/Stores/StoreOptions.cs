// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>Where a store lies and which driver it has, as far as somebody said so. Empty means nobody did.</summary>
internal sealed record StoreOptions(
    string GraphRoot, string RunRoot, string Driver, IReadOnlyList<string> DriverOptions)
{
    public string ImageStore { get; init; } = "";

    public bool TransientStore { get; init; }

    /// <summary>What only a file can say, as long as the command line left everything to the files.</summary>
    public StorageConf? Conf { get; init; }

    private bool IsEmpty =>
        GraphRoot.Length == 0 && RunRoot.Length == 0 && Driver.Length == 0 && DriverOptions.Count == 0;

    /// <summary>
    /// Before the command's own options are read: the configuration becomes values when none of the four options was
    /// given in front of the command. One of them is enough for the configuration not to count.
    /// </summary>
    /// <returns>The configuration that was taken, or null.</returns>
    public static StorageConf? FillWhenNothingGiven(OptionValues values, Func<StorageConf> load)
    {
        if (!From(values, conf: null).IsEmpty) return null;
        // These two go with the rest: the Go tool replaces all of its options at this point.
        values.Clear(GlobalOptions.ImageStore);
        values.Clear(GlobalOptions.TransientStore);
        if (LoadedOrNull(load) is not { } conf) return null;
        values.Set(GlobalOptions.Graph, "", conf.GraphRoot);
        values.Set(GlobalOptions.Run, "", conf.RunRoot);
        values.Set(GlobalOptions.Driver, "", conf.Driver);
        foreach (var option in conf.DriverOptions) values.Append(GlobalOptions.DriverOption, option);
        values.Set(GlobalOptions.ImageStore, "", conf.ImageStore);
        if (conf.TransientStore) values.Set(GlobalOptions.TransientStore, "", "true");
        return conf;
    }

    public static StoreOptions From(OptionValues values, StorageConf? conf) => new(
        values.Text(GlobalOptions.Graph), values.Text(GlobalOptions.Run), values.Text(GlobalOptions.Driver),
        values.List(GlobalOptions.DriverOption))
    {
        ImageStore = values.Text(GlobalOptions.ImageStore),
        TransientStore = values.Flag(GlobalOptions.TransientStore),
        Conf = conf,
    };

    public static StoreOptions From(StorageConf conf) =>
        new(conf.GraphRoot, conf.RunRoot, conf.Driver, conf.DriverOptions)
        {
            ImageStore = conf.ImageStore,
            TransientStore = conf.TransientStore,
            Conf = conf,
        };

    /// <summary>When the store is opened: both roots known and all places absolute.</summary>
    /// <exception cref="StorageException">Options were given, but neither root; or the images are to lie apart, in the
    /// same place.</exception>
    public StoreOptions Completed(Func<StorageConf> load)
    {
        if (IsEmpty) return From(load());
        if (GraphRoot.Length == 0 && RunRoot.Length == 0)
        {
            throw new StorageException(
                StorageErrorKind.Invalid,
                "no storage runroot or graphroot specified: missing necessary StoreOptions");
        }
        var completed = this with
        {
            GraphRoot = Absolute(GraphRoot.Length > 0 ? GraphRoot : load().GraphRoot),
            RunRoot = Absolute(RunRoot.Length > 0 ? RunRoot : load().RunRoot),
            ImageStore = ImageStore.Length > 0 ? Absolute(ImageStore) : "",
        };
        // The Go tool would wait for itself for ever.
        return completed.ImageStore != completed.GraphRoot
            ? completed
            : throw new StorageException(
                StorageErrorKind.Invalid,
                $"imagestore {completed.ImageStore} must either be not set or be different than graphroot");
    }

    private static string Absolute(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>A broken configuration matters only when the store is opened: usage must come without.</summary>
    private static StorageConf? LoadedOrNull(Func<StorageConf> load)
    {
        try
        {
            return load();
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
