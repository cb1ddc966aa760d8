// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>The directories that an overlay mount shows as one.</summary>
/// <param name="Lowers">Absolute paths, the topmost first.</param>
/// <param name="Upper">Where changes go; null for a mount that can only be read.</param>
/// <param name="Work">The kernel's scratch directory, on the upper one's file system and only with it.</param>
/// <param name="Options">What else the file system is told, e.g. <c>volatile</c>.</param>
public sealed record OverlayStack(
    IReadOnlyList<string> Lowers, string? Upper, string? Work, IReadOnlyList<string> Options)
{
    /// <summary>Whether no directory has a character that means something else in the text of a mount.</summary>
    public bool IsPlain => Directories.All(directory => directory.AsSpan().IndexOfAny(":,\\\"") < 0);

    /// <summary>All directories: the lower ones, then the upper and the work directory if there are such.</summary>
    public IEnumerable<string> Directories => Upper is null || Work is null ? Lowers : [.. Lowers, Upper, Work];

    /// <summary>The text for mount(2), with the directories under the names given, in the order of
    /// <see cref="Directories"/>.</summary>
    public string Text(IReadOnlyList<string> names)
    {
        var text = $"lowerdir={string.Join(':', names.Take(Lowers.Count))}";
        if (names.Count > Lowers.Count) text += $",upperdir={names[^2]},workdir={names[^1]}";
        return Options.Count == 0 ? text : $"{text},{string.Join(',', Options)}";
    }
}
