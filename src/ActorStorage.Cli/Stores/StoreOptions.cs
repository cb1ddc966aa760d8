// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>Where a store lies and which driver it has, as far as somebody said so. Empty means nobody did.</summary>
internal sealed record StoreOptions(
    string GraphRoot, string RunRoot, string Driver, IReadOnlyList<string> DriverOptions)
{
    private bool IsEmpty =>
        GraphRoot.Length == 0 && RunRoot.Length == 0 && Driver.Length == 0 && DriverOptions.Count == 0;

    /// <summary>
    /// Before the command's own options are read: the defaults become values when none of the four options was given
    /// in front of the command. One of them is enough for the environment not to be asked.
    /// </summary>
    public static void FillWhenNothingGiven(OptionValues values, Func<StoreOptions> defaults)
    {
        if (!From(values).IsEmpty) return;
        // These two go with the rest: the Go tool replaces all of its options at this point.
        values.Clear(GlobalOptions.ImageStore);
        values.Clear(GlobalOptions.TransientStore);
        var (graphRoot, runRoot, driver, driverOptions) = defaults();
        values.Set(GlobalOptions.Graph, "", graphRoot);
        values.Set(GlobalOptions.Run, "", runRoot);
        values.Set(GlobalOptions.Driver, "", driver);
        foreach (var option in driverOptions) values.Append(GlobalOptions.DriverOption, option);
    }

    public static StoreOptions From(OptionValues values) => new(
        values.Text(GlobalOptions.Graph), values.Text(GlobalOptions.Run), values.Text(GlobalOptions.Driver),
        values.List(GlobalOptions.DriverOption));

    /// <summary>When the store is opened: both roots known and absolute.</summary>
    /// <exception cref="StorageException">Options were given, but neither root.</exception>
    public StoreOptions Completed(Func<StoreOptions> defaults)
    {
        if (IsEmpty) return defaults();
        if (GraphRoot.Length == 0 && RunRoot.Length == 0)
        {
            throw new StorageException(
                StorageErrorKind.Invalid,
                "no storage runroot or graphroot specified: missing necessary StoreOptions");
        }
        return this with
        {
            GraphRoot = Path.GetFullPath(GraphRoot.Length > 0 ? GraphRoot : defaults().GraphRoot),
            RunRoot = Path.GetFullPath(RunRoot.Length > 0 ? RunRoot : defaults().RunRoot),
        };
    }
}
