// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;

namespace ActorStorage.Disk.Vfs;

/// <summary>What the driver options (<c>vfs.imagestore=/srv/images</c>) say.</summary>
public sealed record VfsOptions : DriverOptions
{
    public static VfsOptions Default { get; } = new();

    /// <summary>Reads options of the form <c>[driver.]key=value</c>; later ones win, stores add up.</summary>
    /// <exception cref="StorageException">Invalid: a malformed or unknown option, in the words of the Go
    /// tools.</exception>
    public static VfsOptions Parse(IEnumerable<string> options)
    {
        var parsed = Default;
        foreach (var option in DriverOption.For(options, "vfs")) parsed = parsed.With(option);
        return parsed;
    }

    private VfsOptions With(DriverOption option) => option.Key switch
    {
        // As the Go tools have it, nobody looks whether there is anything.
        "imagestore" => this with
        {
            ImageStores = [.. ImageStores, .. option.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)],
        },
        "ignore_chown_errors" => this with { IgnoreChownErrors = option.Boolean() },
        "mountopt" => throw NoMountOptions(),
        _ => throw option.Unknown(),
    };

    internal static StorageException NoMountOptions() =>
        DriverOption.Invalid("vfs driver does not support mount options");
}
