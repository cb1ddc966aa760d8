// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// What an archive says that a file is like. What it does not say is null and matches everything. Hard links are one
/// node under several names, as they are one file on the disk.
/// </summary>
internal sealed class ExpectedNode(FileKind kind)
{
    internal FileKind Kind { get; } = kind;

    internal bool IsDirectory => Kind == FileKind.Directory;

    /// <summary>Hides the name in the layers below.</summary>
    internal bool IsWhiteout { get; init; }

    /// <summary>A directory that hides what it covers.</summary>
    internal bool IsOpaque { get; set; }

    internal uint? Mode { get; set; }

    /// <summary>As in the archive, that is, inside the container.</summary>
    internal long? UserId { get; set; }
    internal long? GroupId { get; set; }

    /// <summary>Of regular files; 0 for all others.</summary>
    internal long SizeBytes { get; init; }

    /// <summary>Seconds since 1970.</summary>
    internal long? ModifiedAt { get; set; }

    /// <summary>Of a symbolic link.</summary>
    internal string Target { get; init; } = "";

    /// <summary>Empty but for directories.</summary>
    internal Dictionary<string, ExpectedNode> Children { get; init; } = kind == FileKind.Directory
        ? new Dictionary<string, ExpectedNode>(StringComparer.Ordinal)
        : None;

    private static Dictionary<string, ExpectedNode> None { get; } = [];

    /// <summary>The same directory with other children.</summary>
    internal ExpectedNode With(Dictionary<string, ExpectedNode> children) => new(Kind)
    {
        Mode = Mode, UserId = UserId, GroupId = GroupId, ModifiedAt = ModifiedAt, Children = children,
    };

    /// <summary>A copy that shares nothing. Hard links among its names stay hard links.</summary>
    internal ExpectedNode Copy() => Copy([]);

    private ExpectedNode Copy(Dictionary<ExpectedNode, ExpectedNode> copied)
    {
        if (copied.TryGetValue(this, out var known)) return known;
        var copy = new ExpectedNode(Kind)
        {
            IsWhiteout = IsWhiteout,
            Mode = Mode,
            UserId = UserId,
            GroupId = GroupId,
            SizeBytes = SizeBytes,
            ModifiedAt = ModifiedAt,
            Target = Target,
        };
        foreach (var (name, child) in Children) copy.Children.Add(name, child.Copy(copied));
        if (!IsDirectory) copied.Add(this, copy);
        return copy;
    }
}
