// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Overlay;

/// <summary>What the driver options (<c>overlay.mountopt=nodev</c>) say, as far as they matter here.</summary>
/// <param name="MountOptions">For mounts that ask for no options of their own.</param>
/// <param name="SkipMountHome">Do not bind-mount the home on itself.</param>
/// <param name="SyncFileSystem">Flush the whole file system before a layer becomes visible.</param>
public sealed record OverlayOptions(
    IReadOnlyList<string> MountOptions, bool SkipMountHome = false, bool SyncFileSystem = false)
{
    public static OverlayOptions Default { get; } = new([]);

    /// <summary>Reads options of the form <c>[driver.]key=value</c>; later ones win.</summary>
    /// <exception cref="StorageException">Invalid: a malformed or unknown option, in the words of the Go tools.
    /// NotSupported: one that this engine would have to obey and cannot yet.</exception>
    public static OverlayOptions Parse(IEnumerable<string> options)
    {
        var parsed = Default;
        foreach (var option in options) parsed = parsed.With(option);
        return parsed;
    }

    private OverlayOptions With(string option)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw Invalid($"unable to parse key/value option: {option}");
        var value = option[(equals + 1)..];
        var key = option[..equals].ToLowerInvariant();
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            if (!IsForOverlay(key[..dot], option)) return this;
            key = key[(dot + 1)..];
        }
        return key switch
        {
            "mountopt" => this with { MountOptions = value.Split(',', StringSplitOptions.RemoveEmptyEntries) },
            "skip_mount_home" => this with { SkipMountHome = Boolean(value) },
            "sync" => this with { SyncFileSystem = IsSyncFileSystem(value) },
            "override_kernel_check" => this,
            "use_composefs" or "ignore_chown_errors" => Boolean(value) ? throw NotSupported(key, value) : this,
            "imagestore" or "additionalimagestore" or "additionallayerstore" or "mount_program" =>
                value.Length > 0 ? throw NotSupported(key, value) : this,
            "size" or "inodes" or "force_mask" => throw NotSupported(key, value),
            _ => throw Invalid($"unknown option \"{key}\" (\"{option}\")"),
        };
    }

    private static bool IsForOverlay(string driver, string option) => driver switch
    {
        "" or "overlay" or "overlay2" => true,
        "vfs" or "btrfs" or "zfs" => false,
        _ => throw Invalid($"unknown driver \"{driver}\" in option \"{option}\""),
    };

    private static bool Boolean(string value) => value switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw Invalid($"strconv.ParseBool: parsing \"{value}\": invalid syntax"),
    };

    private static bool IsSyncFileSystem(string value) => value switch
    {
        "filesystem" => true,
        "none" or "" => false,
        _ => throw Invalid($"invalid sync mode for overlay driver: invalid sync mode: \"{value}\""),
    };

    private static StorageException Invalid(string message) => new(StorageErrorKind.Invalid, message);

    private static StorageException NotSupported(string key, string value) => new(
        StorageErrorKind.NotSupported, $"driver option overlay.{key}={value} is not supported");
}
