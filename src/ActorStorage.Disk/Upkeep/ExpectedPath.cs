// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>Finds a path in an expected tree as the kernel finds it in a directory that is taken for the
/// root.</summary>
internal static class ExpectedPath
{
    /// <summary>
    /// How deep an expected tree may be. Links can lead an archive deeper than any path is long, and whoever goes
    /// through the whole tree calls himself once for each level.
    /// </summary>
    internal const int DepthMax = 1024;

    private const int LinksMax = 40;        // the kernel's

    /// <param name="make">Makes directories that are missing; nothing is known of them.</param>
    /// <returns>Null when there is no such path.</returns>
    /// <exception cref="StorageException">InvalidArchive: it is too deep to be judged.</exception>
    internal static ExpectedNode? Resolve(ExpectedNode root, string path, bool make = false)
    {
        var trail = new Stack<ExpectedNode>([root]);
        var pending = new Stack<string>();
        Push(pending, path);
        var links = 0;
        while (pending.TryPop(out var name))
        {
            var at = trail.Peek();
            if (!at.IsDirectory) return null;
            if (name is "" or ".") continue;
            if (name == "..")
            {
                if (trail.Count > 1) trail.Pop();
                continue;
            }
            if (!at.Children.TryGetValue(name, out var next))
            {
                if (!make) return null;
                at.Children.Add(name, next = new ExpectedNode(FileKind.Directory));
                at.ModifiedAt = null;
            }
            if (next.Kind != FileKind.Symlink)
            {
                trail.Push(next);
                if (trail.Count > DepthMax) throw TooDeep();
                continue;
            }
            if (++links > LinksMax) return null;
            if (next.Target.StartsWith('/')) trail = new Stack<ExpectedNode>([root]);
            Push(pending, next.Target);
        }
        return trail.Peek();
    }

    private static StorageException TooDeep() => new(
        StorageErrorKind.InvalidArchive,
        string.Create(
            CultureInfo.InvariantCulture, $"the archive makes more than {DepthMax} directories in each other"));

    private static void Push(Stack<string> pending, string path)
    {
        var names = path.Split('/');
        for (var i = names.Length - 1; i >= 0; i--) pending.Push(names[i]);
    }
}
