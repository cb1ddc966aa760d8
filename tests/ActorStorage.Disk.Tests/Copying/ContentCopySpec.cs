// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Copying;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Copying;

public sealed class ContentCopySpec : IDisposable
{
    private const string Base = "/source";
    private readonly LinuxDisk _disk = new();
    private readonly string _root = Directory.CreateTempSubdirectory("content-copy-").FullName;
    private readonly IdMaps _mapped = new([new IdMap(0, 5000, 100)], [new IdMap(0, 7000, 100)]);

    public ContentCopySpec()
    {
        Directory.CreateDirectory($"{_root}/from{Base}/below");
        Directory.CreateDirectory($"{_root}/to");
        File.WriteAllText($"{_root}/from{Base}/file", "content");
        File.WriteAllText($"{_root}/from{Base}/below/deep", "deep");
        Own("from/source/file", 5003, 7004);
        Own("from/source/below", 5000, 7000);
        Own("from/source/below/deep", 5001, 7001);
        Own("from/source", 5000, 7000);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Should_keep_who_owns_it_inside_when_both_trees_are_mapped()
    {
        var target = new IdMaps([new IdMap(0, 4294000000, 100)], [new IdMap(0, 9000, 100)]);
        Copy($"{Base}/file", "/a/b", _mapped, target);
        Assert.Equal((4294000003u, 9004u), Owner("to/a/b"));
        Assert.Equal("content", File.ReadAllText($"{_root}/to/a/b"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode($"{_root}/to/a"));
    }

    [Fact]
    public void Should_merge_what_is_in_a_directory_when_the_target_is_there()
    {
        Directory.CreateDirectory($"{_root}/to/place/below");
        File.WriteAllText($"{_root}/to/place/below/other", "other");
        File.WriteAllText($"{_root}/to/place/file", "old");
        Copy(Base, "/place", _mapped, IdMaps.None);
        Assert.Equal(
            ["below", "below/deep", "below/other", "file"],
            Directory.EnumerateFileSystemEntries($"{_root}/to/place", "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath($"{_root}/to/place", path)).Order(StringComparer.Ordinal));
        Assert.Equal("content", File.ReadAllText($"{_root}/to/place/file"));
        Assert.Equal(((1u, 1u), (0u, 0u)), (Owner("to/place/below/deep"), Owner("to/place/below")));
    }

    [Fact]
    public async Task Should_give_no_rights_to_another_file_that_takes_the_place_of_the_copy()
    {
        const UnixFileMode SetUser = UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.UserExecute;
        File.SetUnixFileMode($"{_root}/from{Base}/file", SetUser);
        Directory.CreateDirectory($"{_root}/to/place");
        using var stop = new CancellationTokenSource();
        // What the user of a container can do in a directory of his own.
        var user = Task.Run(() =>
        {
            var gained = false;
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                File.WriteAllText($"{_root}/to/own", "own");
                File.Move($"{_root}/to/own", $"{_root}/to/place/file", overwrite: true);
                for (var look = 0; look < 20; look++)
                {
                    if (new FileInfo($"{_root}/to/place/file") is { Exists: true, Length: 3 } own)
                        gained |= own.UnixFileMode.HasFlag(UnixFileMode.SetUser);
                }
            }
            return gained;
        });

        for (var i = 0; i < 1000; i++)
        {
            try
            {
                Copy($"{Base}/file", "/place/file", _mapped, _mapped);
            }
            catch (StorageException raced) when (raced.Kind == StorageErrorKind.AlreadyExists)
            {
                // The user was faster.
            }
        }

        await stop.CancelAsync();
        Assert.False(await user);
    }

    [Fact]
    public void Should_copy_a_tree_that_is_deeper_than_a_path_can_be()
    {
        const int Depth = 2500;
        using var top = _disk.OpenDirectory($"{_root}/from{Base}/below");
        using (var trail = new DirectoryTrail(_disk, top))
        {
            for (var i = 0; i < Depth; i++)
            {
                _disk.MakeDirectory(trail.Current, "d", 0x1ed);
                _disk.SetOwner(trail.Current, "d", 5000, 7000);
                trail.Enter("d");
            }
            using var file = _disk.CreateFile(trail.Current, "f", 0x1a4);
            _disk.SetOwner(file, 5003, 7004);
        }

        Copy(Base, "/made", _mapped, IdMaps.None);

        using var made = _disk.OpenDirectory($"{_root}/to/made/below");
        using var copied = new DirectoryTrail(_disk, made);
        copied.MoveTo(string.Join('/', Enumerable.Repeat("d", Depth)));
        Assert.Equal(3u, _disk.Status(copied.Current, "f")?.UserId);
        foreach (var tree in (DirectoryHandle[])[top, made])
            ActorStorage.Disk.Staged.TreeRemoval.Remove(_disk, tree, "d");
    }

    [Fact]
    public void Should_give_everything_to_one_owner_when_one_is_asked_for()
    {
        Copy(Base, "/made", _mapped, _mapped, (40, 50));
        Assert.Equal((5040u, 7050u), Owner("to/made/file"));
        Assert.Equal((5040u, 7050u), Owner("to/made/below"));
        // As the Go tool does it: the directory that was asked for itself has these ids on the host.
        Assert.Equal((40u, 50u), Owner("to/made"));
    }

    [Fact]
    public void Should_give_a_new_directory_to_the_root_inside_when_no_owner_is_asked_for()
    {
        Copy(Base, "/x/made", _mapped, _mapped);
        Assert.Equal(((5000u, 7000u), (5000u, 7000u)), (Owner("to/x/made"), Owner("to/x")));
    }

    [Fact]
    public void Should_keep_kinds_modes_times_links_and_attributes_when_it_copies()
    {
        var from = $"{_root}/from{Base}";
        File.CreateSymbolicLink($"{from}/link", "below/deep");
        Assert.Equal(0, Syscall.link($"{from}/file", $"{from}/second"));
        Assert.Equal(0, Syscall.mknod($"{from}/device", FilePermissions.S_IFCHR | FilePermissions.S_IRUSR,
            (300ul << 8) | (70000ul & 0xff) | ((70000ul & ~0xfful) << 12)));
        Assert.Equal(0, Syscall.mkfifo($"{from}/fifo", FilePermissions.S_IRUSR));
        Assert.Equal(0, Syscall.setxattr($"{from}/file", "user.x", "y"u8.ToArray()));
        File.SetUnixFileMode($"{from}/below/deep", UnixFileMode.SetUser | UnixFileMode.UserRead);
        File.SetLastWriteTimeUtc($"{from}/below/deep", DateTime.UnixEpoch.AddSeconds(5));
        File.SetLastWriteTimeUtc($"{from}/below", DateTime.UnixEpoch.AddSeconds(6));
        foreach (var name in new[] { "device", "fifo" }) Own($"from/source/{name}", 5000, 7000);
        Assert.Equal(0, Syscall.lchown($"{from}/link", 5000, 7000));

        Copy(Base, "/", _mapped, IdMaps.None);

        var to = $"{_root}/to";
        Assert.Equal("below/deep", new FileInfo($"{to}/link").LinkTarget);
        Assert.Equal(Status("to/file").Inode, Status("to/second").Inode);
        Assert.Equal(Status("from/source/device").DeviceNumber, Status("to/device").DeviceNumber);
        Assert.Equal(FileKind.Fifo, Status("to/fifo").Kind);
        Assert.Equal(1, Syscall.getxattr($"{to}/file", "user.x", new byte[8]));
        Assert.Equal(UnixFileMode.SetUser | UnixFileMode.UserRead, File.GetUnixFileMode($"{to}/below/deep"));
        Assert.Equal((5L, 6L), (Status("to/below/deep").ModifiedAt.Seconds, Status("to/below").ModifiedAt.Seconds));
    }

    [Fact]
    public void Should_stay_inside_when_symbolic_links_lead_out()
    {
        File.WriteAllText($"{_root}/outside", "secret");
        File.CreateSymbolicLink($"{_root}/from/out", $"{_root}/outside");
        Directory.CreateDirectory($"{_root}/to/inner");
        File.CreateSymbolicLink($"{_root}/to/inner/up", "../../../../..");
        var failure = Assert.Throws<StorageException>(() => Copy("/out", "/x", IdMaps.None, IdMaps.None));
        Assert.Equal(StorageErrorKind.NotFound, failure.Kind);
        Copy($"{Base}/file", "/inner/up/here", _mapped, IdMaps.None);
        Assert.True(File.Exists($"{_root}/to/here"));
    }

    [Fact]
    public void Should_name_the_file_when_there_is_no_such()
    {
        var failure = Assert.Throws<StorageException>(() => Copy("/nope", "/x", IdMaps.None, IdMaps.None));
        Assert.Equal(
            (StorageErrorKind.NotFound, $"stat {_root}/from/nope: no such file or directory"),
            (failure.Kind, failure.Message));
    }

    [Fact]
    public void Should_refuse_when_a_directory_is_in_the_place_of_a_file()
    {
        Directory.CreateDirectory($"{_root}/to/taken");
        var failure = Assert.Throws<StorageException>(() => Copy($"{Base}/file", "/taken", _mapped, IdMaps.None));
        Assert.Equal(StorageErrorKind.Invalid, failure.Kind);
        Copy($"{Base}/file", "/taken/", _mapped, IdMaps.None);
        Assert.True(File.Exists($"{_root}/to/taken/file"));
    }

    [Fact]
    public void Should_refuse_when_an_owner_has_no_place_in_the_map()
    {
        Own("from/source/file", 1, 1);
        var failure = Assert.Throws<StorageException>(() => Copy($"{Base}/file", "/x", _mapped, IdMaps.None));
        Assert.Equal(StorageErrorKind.Invalid, failure.Kind);
    }

    [Fact]
    public void Should_end_when_a_directory_is_copied_into_itself()
    {
        using var root = _disk.OpenDirectory($"{_root}/from");
        ContentCopy.Run(
            _disk, new CopyPlace(root, Base, IdMaps.None), new CopyPlace(root, $"{Base}/below/again", IdMaps.None),
            owner: null, CancellationToken.None);
        Assert.True(File.Exists($"{_root}/from{Base}/below/again/below/deep"));
        Assert.False(Directory.Exists($"{_root}/from{Base}/below/again/below/again"));
    }

    private void Copy(
        string source, string target, IdMaps sourceMaps, IdMaps targetMaps, (uint, uint)? owner = null)
    {
        using var from = _disk.OpenDirectory($"{_root}/from");
        using var to = _disk.OpenDirectory($"{_root}/to");
        ContentCopy.Run(
            _disk, new CopyPlace(from, source, sourceMaps), new CopyPlace(to, target, targetMaps), owner,
            CancellationToken.None);
    }

    private FileStatus Status(string path)
    {
        using var root = _disk.OpenDirectory(_root);
        return _disk.Status(root, path)!;
    }

    private (uint, uint) Owner(string path) => (Status(path).UserId, Status(path).GroupId);

    private void Own(string path, uint user, uint group) =>
        Assert.Equal(0, Syscall.lchown($"{_root}/{path}", user, group));
}
