// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Upkeep;

/// <summary>
/// Says where a tree differs from what is expected of it. <c>+/x</c> is too much, <c>-/x</c> is missing (with a
/// separator behind when it is a directory), <c>/x(mode:0644,0755)</c> is not like that. Compared are names, kinds,
/// owners, sizes of regular files, permissions, and times in whole seconds. Of the root only what is in it counts.
/// </summary>
internal sealed class TreeVerification
{
    private const uint Permissions = 0x1ff;     // what chown(2) takes from a file is no damage
    private const int PathMax = 4096;
    private const char Became = '\uffeb';
    private static readonly ExpectedNode Unexpected = new(FileKind.Directory);
    private readonly IDisk _disk;
    private readonly IdMaps _maps;
    private readonly DriverOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly List<string> _found = [];

    private TreeVerification(IDisk disk, IdMaps maps, DriverOptions options, CancellationToken cancellation) =>
        (_disk, _maps, _options, _cancellation) = (disk, maps, options, cancellation);

    /// <param name="maps">How the owners that are expected lie on the host.</param>
    /// <param name="options">Owners are not compared when files were unpacked although they could not get theirs, and
    /// neither they nor kinds of file and permissions where a mask stands for them.</param>
    /// <returns>Sorted by path.</returns>
    internal static IReadOnlyList<string> Run(
        IDisk disk, ExpectedNode expected, DirectoryHandle actual, IdMaps maps, DriverOptions options,
        CancellationToken cancellation)
    {
        var verification = new TreeVerification(disk, maps, options, cancellation);
        verification.Compare(expected, actual);
        return
        [
            .. verification._found
                .OrderBy(text => text[1..], StringComparer.Ordinal)
                .ThenBy(text => text[0] != '-'),
        ];
    }

    private void Compare(ExpectedNode expected, DirectoryHandle actual)
    {
        var levels = new Stack<Level>([new Level("", expected)]);
        // The overlay file system may list what it hides; nobody can open that, and the walk passes it over.
        using var walk = new TreeWalk(_disk, actual);
        while (walk.Next())
        {
            _cancellation.ThrowIfCancellationRequested();
            if (walk.IsLeaving)
            {
                RemoveUnseen(levels.Pop());
                continue;
            }
            var level = levels.Peek();
            level.Seen.Add(walk.Name);
            var path = $"{level.Path}/{Shown(walk.Name)}";
            var node = level.Expected.Children.GetValueOrDefault(walk.Name);
            if (node is not null && node.IsDirectory == walk.Status.IsDirectory)
                AddDifference(path, node, walk.Status);
            else
                Add(path, walk.Status, node);
            if (!walk.Status.IsDirectory) continue;
            // What lies deeper cannot be named by any path: it is told by the directory it lies in.
            if (path.Length > PathMax) walk.Skip();
            else levels.Push(new Level(path, node is { IsDirectory: true } ? node : Unexpected));
        }
        RemoveUnseen(levels.Pop());
    }

    private void RemoveUnseen(Level level)
    {
        foreach (var (name, node) in level.Expected.Children)
        {
            if (!level.Seen.Contains(name)) Remove($"{level.Path}/{Shown(name)}", node);
        }
    }

    private void AddDifference(string path, ExpectedNode node, FileStatus status)
    {
        var difference = Difference(node, status);
        if (difference.Length == 0) return;
        _found.Add($"{path}({difference})");
        // Twice, as scripts know it.
        if (!node.IsDirectory) _found.Add($"+{path}({difference})");
    }

    private void Add(string path, FileStatus status, ExpectedNode? inItsPlace)
    {
        if (inItsPlace is not null) Remove(path, inItsPlace);
        _found.Add(status.IsDirectory ? $"+{path}/" : $"+{path}");
    }

    private void Remove(string path, ExpectedNode node)
    {
        _found.Add(node.IsDirectory ? $"-{path}/" : $"-{path}");
        foreach (var (name, child) in node.Children) Remove($"{path}/{Shown(name)}", child);
    }

    private string Difference(ExpectedNode node, FileStatus status)
    {
        var texts = new List<string>();
        var isMasked = _options.ForceMask is not null;
        if (!isMasked)
        {
            if (node.Kind != status.Kind) texts.Add(Text("filetype", TypeOf(node.Kind), TypeOf(status.Kind)));
            var owners = _maps.TryToContainer(status.UserId, status.GroupId);
            // Such an owner is all that can be said of a file.
            if (owners is null) return NotMapped(status);
            if (!_options.IgnoreChownErrors) AddOwners(node, owners.Value, texts);
        }
        var sizeBytes = status.Kind == FileKind.Regular ? status.SizeBytes : 0;
        if (node.SizeBytes != sizeBytes) texts.Add(Text("size", node.SizeBytes, sizeBytes));
        // Symbolic links have all permissions, whatever the archive says.
        if (!isMasked && status.Kind != FileKind.Symlink && node.Mode is { } mode
            && (mode & Permissions) != (status.Mode & Permissions))
            texts.Add($"mode:{Octal(mode)}{Became}{Octal(status.Mode)}");
        if (node.ModifiedAt is { } seconds && seconds != status.ModifiedAt.Seconds && IsStored(seconds))
            texts.Add($"mtime:{Hex(seconds)}{Became}{Hex(status.ModifiedAt.Seconds)}");
        return string.Join(',', texts);
    }

    private static void AddOwners(ExpectedNode node, (long UserId, long GroupId) owners, List<string> texts)
    {
        if (node.UserId is { } user && user != owners.UserId) texts.Add(Text("uid", user, owners.UserId));
        if (node.GroupId is { } group && group != owners.GroupId) texts.Add(Text("gid", group, owners.GroupId));
    }

    private string NotMapped(FileStatus status)
    {
        var isUser = new IdMaps(_maps.Users, []).TryToContainer(status.UserId, 0) is null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"host ID {(isUser ? status.UserId : status.GroupId)} cannot be mapped to a container ID");
    }

    /// <summary>
    /// Whether every file system can keep the time. Some cut what does not fit in 32 bits, and only symbolic links get
    /// such times at all.
    /// </summary>
    private static bool IsStored(long seconds) => seconds is >= int.MinValue and <= int.MaxValue;

    /// <summary>The letter that tar has for it.</summary>
    private static long TypeOf(FileKind kind) => kind switch
    {
        FileKind.Symlink => '2',
        FileKind.CharacterDevice => '3',
        FileKind.BlockDevice => '4',
        FileKind.Directory => '5',
        FileKind.Fifo => '6',
        FileKind.Socket => 's',
        _ => '0',
    };

    private static string Text(string attribute, long expected, long actual) =>
        string.Create(CultureInfo.InvariantCulture, $"{attribute}:{expected}{Became}{actual}");

    private static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string Hex(long seconds) => seconds < 0
        ? string.Create(CultureInfo.InvariantCulture, $"0x-{(ulong)-seconds:x}")
        : string.Create(CultureInfo.InvariantCulture, $"0x{seconds:x}");

    /// <summary>A name for one line of text: what is not UTF-8 and what would end the line is replaced.</summary>
    private static string Shown(string name)
    {
        if (!name.Any(char.IsControl)) return name;
        var text = new System.Text.StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\0' && i + 1 < name.Length)
            {
                text.Append('\ufffd');      // the byte itself is carried behind the NUL
                i++;
            }
            else
            {
                text.Append(char.IsControl(name[i]) ? '\ufffd' : name[i]);
            }
        }
        return text.ToString();
    }

    /// <summary>A directory that the walk is in.</summary>
    private sealed record Level(string Path, ExpectedNode Expected)
    {
        internal HashSet<string> Seen { get; } = new(StringComparer.Ordinal);
    }
}
