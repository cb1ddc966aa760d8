// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Diff;

/// <summary>
/// Layers that the other engine made and that were mounted and edited: three on each other, with everything that a file
/// can be.
/// </summary>
internal sealed class EditedLayers : IDisposable
{
    private static readonly LinuxDisk Disk = new();
    private static readonly byte[] Capability = Convert.FromHexString("0100000200200000000000000000000000000000");
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _maps;

    /// <param name="maps">Options of the command line for every layer.</param>
    internal EditedLayers(string driver, params string[] maps)
    {
        _maps = maps;
        Engine = new GoEngine(_directory.Path, driver);
        Edit("first", parent: null, MakeFirst);
        Edit("second", "first", MakeSecond);
        Edit("third", "second", MakeThird);
        Edit("empty", "third", _ => { });
    }

    public static IReadOnlyList<string> Names { get; } = ["first", "second", "third", "empty"];

    internal GoEngine Engine { get; }

    /// <summary>What the other engine says to a command that writes into a file.</summary>
    internal byte[] Diff(string layer)
    {
        var file = _directory["diff.tar"];
        var (exitCode, said) = Engine.Run("diff", "-u", "-f", file, layer);
        Assert.True(exitCode == 0, said);
        return File.ReadAllBytes(file);
    }

    internal string[] Lines(params string[] command)
    {
        var (exitCode, said) = Engine.Run(command);
        Assert.True(exitCode == 0, said);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    internal static string? Parent(string layer) => layer switch
    {
        "second" => "first",
        "third" => "second",
        "empty" => "third",
        _ => null,
    };

    public void Dispose()
    {
        Engine.Dispose();
        _directory.Dispose();
    }

    private void Edit(string layer, string? parent, Action<DirectoryHandle> edit)
    {
        Lines(["create-layer", "--id", layer, .. _maps, .. parent is null ? Array.Empty<string>() : [parent]]);
        using (var tree = Disk.OpenDirectory(Lines("mount", layer)[0])) edit(tree);
        Lines("unmount", layer);
    }

    private static void MakeFirst(DirectoryHandle root)
    {
        foreach (var name in (string[])["kept", "removed", "rewritten", "touched", "replaced", "target"])
            Write(root, name, name);
        foreach (var name in (string[])["d", "d/deep", "gone", "gone/below", "again", "again/old", "same", "same/in",
            "to-file", "mode"])
        {
            Disk.MakeDirectory(root, name, 0x1ed);
            Write(root, $"{name}/f", name);
        }
        Write(root, "to-directory", "x");
        Disk.MakeLink(root, "kept", root, "d/hard");
        Disk.MakeSymlink("kept", root, "link");
        Disk.MakeSymlink("nowhere", root, "dangling");
        Disk.MakeNode(root, "fifo", FileKind.Fifo, 0x1a4, 0, 0);
        Disk.MakeNode(root, "char", FileKind.CharacterDevice, 0x1b6, 5, 300);
        Disk.MakeNode(root, "block", FileKind.BlockDevice, 0x180, 259, 70_000);
        Disk.MakeNode(root, "socket", FileKind.Socket, 0x1ff, 0, 0);
        Write(root, "caf\u00e9", "not plain");
        Write(root, "bytes\0\u00ff\0\u0080", "not UTF-8");
        Write(root, "d-e", "between d and what is in it");
    }

    private static void MakeSecond(DirectoryHandle root)
    {
        foreach (var name in (string[])["removed", "gone/below/f", "gone/f", "again/old/f", "again/f", "fifo"])
            Disk.RemoveFile(root, name);
        foreach (var name in (string[])["gone/below", "gone", "again/old", "again"])
            Disk.RemoveDirectory(root, name);
        Disk.MakeDirectory(root, "again", 0x3ed);
        Write(root, "again/new", "new");
        Write(root, "again/f", "f again");
        Disk.MakeDirectory(root, "new", 0x1ed);
        Disk.MakeDirectory(root, "new/empty", 0x1c0);
        Write(root, "same/in/added", "added");
        Write(root, "large", new string('x', 3_000_000));
        Write(root, "setuid", "s");
        Disk.SetMode(root, "setuid", 0x9ed);
        Disk.SetXattr(root, "setuid", "security.capability", Capability);
        Disk.SetXattr(root, "setuid", "user.note", "text"u8);
        Disk.SetXattr(root, "setuid", "user.empty", []);
        Disk.SetXattr(root, "new", "user.of-a-directory", [0, 255, 10]);
        Disk.SetTimes(root, "touched", new FileTime(5, 6), new FileTime(1_234_567_890, 987_654_321));
        Disk.SetMode(root, "mode", 0x1c0);
        Write(root, "old", "x");
        Disk.SetTimes(root, "old", new FileTime(-5, 0), new FileTime(-5, 500_000_000));
        Write(root, $"{Long('p', 120)}/{Long('q', 90)}", "splits");
        Write(root, $"{Long('r', 60)}/{Long('s', 150)}", "does not split");
        Disk.MakeSymlink(new string('t', 150), root, "long-link");
        Disk.MakeLink(root, $"{Long('r', 60)}/{Long('s', 150)}", root, "hard-to-long");
    }

    private static void MakeThird(DirectoryHandle root)
    {
        Disk.RemoveFile(root, "to-directory");
        Disk.MakeDirectory(root, "to-directory", 0x1ed);
        Disk.RemoveFile(root, "to-file/f");
        Disk.RemoveDirectory(root, "to-file");
        Write(root, "to-file", "x");
        Disk.RemoveFile(root, "replaced");
        Disk.MakeSymlink("x", root, "replaced");
        Disk.MakeDirectory(root, "gone", 0x1ed);
        Write(root, "gone/f", "back");
        Write(root, "removed", "back");
        Disk.RemoveFile(root, "link");
        Disk.MakeSymlink("target", root, "link");
        Disk.RemoveFile(root, "again/new");
        Disk.SetOwner(root, "target", 3_000_000_000, 70_000);
        Disk.RemoveFile(root, "d/deep/f");
        Disk.RemoveFile(root, "caf\u00e9");
        Disk.RemoveFile(root, "bytes\0\u00ff\0\u0080");
        Disk.SetXattr(root, "setuid", "user.note", "other"u8);
    }

    private static string Long(char letter, int count) => new(letter, count);

    private static void Write(DirectoryHandle root, string path, string content)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (directory.Length > 0 && Disk.Status(root, directory) is null) Disk.MakeDirectory(root, directory, 0x1ed);
        using var file = Disk.CreateFile(root, path, 0x1a4);
        Disk.Write(file, System.Text.Encoding.UTF8.GetBytes(content));
    }
}
