// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Overlay;

/// <summary>
/// With these features of the overlay file system, what a layer changes only refers to what is below it: a directory
/// that was renamed to its old name, a file whose owner changed to its content.
/// </summary>
/// <param name="MetadataOnly">A change of attributes copies no content (<c>metacopy</c>).</param>
/// <param name="Redirects">A directory is renamed and not copied (<c>redirect_dir</c>).</param>
internal sealed record OverlayReferences(bool MetadataOnly, bool Redirects)
{
    private const string Parameters = "/sys/module/overlay/parameters";

    /// <summary>Whether a layer's own directory may say less than all that the layer changes.</summary>
    internal bool AreMade => MetadataOnly || Redirects;

    /// <summary>What a mount must be told to see the layers as those mounts do that wrote them.</summary>
    internal IReadOnlyList<string> MountOptions => (MetadataOnly, Redirects) switch
    {
        (true, _) => ["metacopy=on"],
        (false, true) => ["redirect_dir=on"],
        _ => [],
    };

    /// <summary>What mounts with these options do: what they do not say, the kernel has its own habit for.</summary>
    internal static OverlayReferences Of(IReadOnlyList<string> mountOptions)
    {
        var metadataOnly = Said(mountOptions, "metacopy") ?? IsHabit("metacopy");
        return new OverlayReferences(metadataOnly, Said(mountOptions, "redirect_dir") ?? IsHabit("redirect_dir"));
    }

    /// <summary>The last of several counts.</summary>
    private static bool? Said(IReadOnlyList<string> options, string key) => options
        .LastOrDefault(option => option.StartsWith($"{key}=", StringComparison.Ordinal)) is { } option
        ? option.EndsWith("=on", StringComparison.Ordinal)
        : null;

    private static bool IsHabit(string parameter)
    {
        try
        {
            return File.ReadAllText($"{Parameters}/{parameter}").StartsWith('Y');
        }
        catch (IOException)
        {
            // The module is not loaded yet, or is older than the feature.
            return false;
        }
    }
}
