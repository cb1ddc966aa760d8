// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Mono.Unix.Native;

namespace ActorStorage.Tests.Fidelity.Diffs;

/// <summary>
/// Where the Go engine says of an edited layer what is wrong, or what depends on the machine, and we do not.
/// </summary>
internal sealed class ListedDifferences
{
    private const string WhiteoutPrefix = ".wh.";
    private const string Opaque = "/.wh..wh..opq";
    private readonly bool _isOverlay;
    private readonly string[] _chain;

    internal ListedDifferences(EditedRoot edited, string layer)
    {
        _isOverlay = edited.Root.Driver == "overlay";
        string[] chain = layer switch
        {
            EditedRoot.Base => [layer],
            EditedRoot.Left or EditedRoot.Right => [layer, EditedRoot.Base],
            _ => [layer, EditedRoot.Left, EditedRoot.Base],
        };
        _chain = [.. chain.Select(each => ImportedLayer.ContentOf(edited.Root, each))];
    }

    /// <summary>
    /// Where a layer has a directory and one below it a file, the Go engine looks in the file for what is in the
    /// directory, takes the kernel's answer for a fault, and says nothing at all.
    /// </summary>
    internal bool AreKeptBack(Outcome changes) => _isOverlay && changes.ExitCode != 0
        && changes.Error.TrimEnd().EndsWith(": not a directory", StringComparison.Ordinal);

    internal bool HasChange(string line)
    {
        var path = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return ReplacesLink(path) || IsBelowNode(path);
    }

    internal bool HasEntry(string name)
    {
        if (name.EndsWith(Opaque, StringComparison.Ordinal)) return ReplacesLink($"/{name[..^Opaque.Length]}");
        var nameAt = name.LastIndexOf('/') + 1;
        return name[nameAt..].StartsWith(WhiteoutPrefix, StringComparison.Ordinal) && IsBelowNode($"/{name}");
    }

    /// <summary>
    /// In layers below it follows links, out of the layer to files of the machine: on what they lead to depends whether
    /// something else in the place of one is added or modified, and whether it is marked as hiding something.
    /// </summary>
    private bool ReplacesLink(string path) =>
        _isOverlay && _chain[1..].Any(lower => KindOf(lower + path) == FilePermissions.S_IFLNK);

    /// <summary>
    /// It takes a block device or a socket for a directory, by one bit of the mode, and deletes in it what was in the
    /// directory that had its place.
    /// </summary>
    private bool IsBelowNode(string path)
    {
        var parent = path[..path.LastIndexOf('/')];
        var kind = _chain.Select(layer => KindOf(layer + parent)).FirstOrDefault(kind => kind is not null);
        return kind is FilePermissions.S_IFBLK or FilePermissions.S_IFSOCK;
    }

    private static FilePermissions? KindOf(string path) =>
        Syscall.lstat(path, out var status) == 0 ? status.st_mode & FilePermissions.S_IFMT : null;
}
