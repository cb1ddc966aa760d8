// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Overlay;

/// <summary>What the driver options (<c>overlay.mountopt=nodev</c>) say, as far as they matter here.</summary>
public sealed record OverlayOptions : DriverOptions
{
    private const int ModeMax = 0xfff;          // 07777
    private const uint Permissions = 0x1ff;     // 0777

    /// <summary>For mounts that ask for no options of their own.</summary>
    public IReadOnlyList<string> MountOptions { get; init; } = [];

    /// <summary>Do not bind-mount the home on itself.</summary>
    public bool SkipMountHome { get; init; }

    public static OverlayOptions Default { get; } = new();

    /// <summary>Reads options of the form <c>[driver.]key=value</c>; later ones win, stores add up.</summary>
    /// <exception cref="StorageException">Invalid: a malformed or unknown option, in the words of the Go tools.
    /// NotSupported: one that this engine would have to obey and cannot yet.</exception>
    public static OverlayOptions Parse(IEnumerable<string> options)
    {
        var parsed = Default;
        foreach (var option in DriverOption.For(options, "overlay")) parsed = parsed.With(option);
        return parsed;
    }

    /// <exception cref="StorageException">Invalid: what an image store's path leads to is no directory.</exception>
    internal void CheckImageStores(IDisk disk)
    {
        foreach (var store in ImageStores) CheckImageStore(disk, store);
    }

    private OverlayOptions With(DriverOption option) => option.Key switch
    {
        "mountopt" => this with { MountOptions = option.Value.Split(',', StringSplitOptions.RemoveEmptyEntries) },
        "skip_mount_home" => this with { SkipMountHome = option.Boolean() },
        "sync" => this with { SyncFileSystem = IsSyncFileSystem(option.Value) },
        "override_kernel_check" => this,
        "ignore_chown_errors" => this with { IgnoreChownErrors = option.Boolean() },
        "force_mask" => this with { ForceMask = ForceMaskOf(option) },
        "imagestore" or "additionalimagestore" =>
            option.Value.Length == 0 ? this : this with { ImageStores = [.. ImageStores, .. Stores(option.Value)] },
        "use_composefs" => option.Boolean() ? throw NotSupported(option) : this,
        "additionallayerstore" or "mount_program" => option.Value.Length > 0 ? throw NotSupported(option) : this,
        "size" or "inodes" => throw NotSupported(option),
        _ => throw option.Unknown(),
    };

    /// <summary>The Go tools take any number of 32 bits, and what does not fit in a mode ends in odd places.</summary>
    private static uint ForceMaskOf(DriverOption option) => option.Value switch
    {
        "shared" => 0x1ed,      // 0755
        "private" => 0x1c0,     // 0700
        _ => option.Octal() is >= 0 and <= ModeMax and var mode
            ? (uint)mode & Permissions
            : throw DriverOption.Invalid($"\"{option.Text}\" is no mode"),
    };

    private static IEnumerable<string> Stores(string value) => value.Split(',').Select(store =>
        store.StartsWith('/')
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(store))
            : throw DriverOption.Invalid(
                $"overlay: image path {Quoted.Text(store)} is not absolute.  Can not be relative"));

    private static void CheckImageStore(IDisk disk, string store)
    {
        try
        {
            disk.OpenDirectory(store).Dispose();
        }
        catch (StorageException cause) when (cause.GetErrno() is Errno.ENOTDIR)
        {
            throw DriverOption.Invalid($"overlay: image path {Quoted.Text(store)} must be a directory");
        }
        catch (StorageException cause)
        {
            var reason = cause.Message[(cause.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
            throw DriverOption.Invalid($"overlay: can't stat imageStore dir {store}: stat {store}: {reason}");
        }
    }

    private static bool IsSyncFileSystem(string value) => value switch
    {
        "filesystem" => true,
        "none" or "" => false,
        _ => throw DriverOption.Invalid($"invalid sync mode for overlay driver: invalid sync mode: \"{value}\""),
    };

    private static StorageException NotSupported(DriverOption option) => new(
        StorageErrorKind.NotSupported, $"driver option overlay.{option.Key}={option.Value} is not supported");
}
