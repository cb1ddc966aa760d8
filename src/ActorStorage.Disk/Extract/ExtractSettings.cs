// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Drivers;

namespace ActorStorage.Disk.Extract;

/// <summary>What becomes of entries that hide something of the layers below.</summary>
public enum WhiteoutHandling
{
    /// <summary>They are put into the form that the overlay file system understands.</summary>
    Represent,
    /// <summary>What they hide is deleted: the directory holds what is below too.</summary>
    Execute,
}

/// <summary>How an archive is unpacked.</summary>
public sealed record ExtractSettings
{
    /// <summary>Owners in the archive are ids inside a container; these say where those lie on the host.</summary>
    public IdMaps Maps { get; init; } = IdMaps.None;

    public WhiteoutHandling Whiteouts { get; init; } = WhiteoutHandling.Represent;

    /// <summary>
    /// Go on when a file cannot get its owner: a process with few rights can then unpack what belongs to others.
    /// </summary>
    public bool IgnoreChownErrors { get; init; }

    /// <summary>
    /// The permissions that every file gets in place of its own; null when it gets its own. With a mask no file gets
    /// its owner, and devices and pipes become empty files; what they should be is kept in an attribute of theirs.
    /// Links have none.
    /// </summary>
    public uint? ForceMask { get; init; }

    public ArchiveLimits Limits { get; init; } = ArchiveLimits.Default;

    /// <summary>
    /// Asked before a part of the work gets a thread of its own: whether there is a core for it. Where there is more
    /// work than cores anyway, one thread does it with less memory and less time of processors.
    /// </summary>
    public Func<bool> HasSpareCore { get; init; } = static () => false;

    /// <summary>Those that make a layer of this driver.</summary>
    public static ExtractSettings For(ILayerDriver driver, IdMaps maps, ArchiveLimits? limits = null) => new()
    {
        Maps = maps,
        Whiteouts = driver.CopiesParent ? WhiteoutHandling.Execute : WhiteoutHandling.Represent,
        IgnoreChownErrors = driver.Options.IgnoreChownErrors,
        ForceMask = driver.Options.ForceMask,
        Limits = limits ?? ArchiveLimits.Default,
    };
}
