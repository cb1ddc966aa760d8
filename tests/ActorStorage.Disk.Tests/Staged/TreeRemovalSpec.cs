// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Staged;

public sealed class TreeRemovalSpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();
    private readonly DirectoryHandle _at;

    public TreeRemovalSpec()
    {
        Directory.CreateDirectory(_directory["outside"]);
        File.WriteAllText(_directory["outside/canary"], "sings");
        _at = _disk.OpenDirectory(_directory.Path);
    }

    public void Dispose()
    {
        _at.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Should_remove_symbolic_links_but_not_follow_them()
    {
        Directory.CreateDirectory(_directory["tree/sub"]);
        File.CreateSymbolicLink(_directory["tree/absolute"], _directory["outside"]);
        File.CreateSymbolicLink(_directory["tree/sub/relative"], "../../outside/canary");
        File.CreateSymbolicLink(_directory["link"], "outside");

        TreeRemoval.Remove(_disk, _at, "tree");
        TreeRemoval.Remove(_disk, _at, "link");
        TreeRemoval.Remove(_disk, _at, "missing");

        Assert.Equal(["outside"], _disk.List(_at));
        Assert.Equal("sings", File.ReadAllText(_directory["outside/canary"]));
    }

    [Fact]
    public void Should_need_neither_stack_nor_descriptors_when_the_tree_is_deep()
    {
        const int Depth = 5000;
        _disk.MakeDirectory(_at, "tree", 0x1c0);
        var here = _disk.OpenDirectory(_at, "tree");
        for (var depth = 0; depth < Depth; depth++)
        {
            _disk.CreateFile(here, "before", 0x180).Dispose();
            _disk.MakeDirectory(here, "d", 0x1c0);
            _disk.CreateFile(here, "z", 0x180).Dispose();
            var next = _disk.OpenDirectory(here, "d");
            here.Dispose();
            here = next;
        }
        here.Dispose();

        OnSmallStack(() => TreeRemoval.Remove(_disk, _at, "tree"));

        Assert.Equal(["outside"], _disk.List(_at));
    }

    [Fact]
    public void Should_remove_what_is_marked_immutable_or_append_only()
    {
        Directory.CreateDirectory(_directory["tree/sub"]);
        File.WriteAllText(_directory["tree/sub/file"], "");
        File.WriteAllText(_directory["tree/log"], "");
        Mark("tree/sub/file", NativeMethods.ImmutableMark);
        Mark("tree/sub", NativeMethods.ImmutableMark);
        Mark("tree/log", NativeMethods.AppendOnlyMark);
        Mark("tree", NativeMethods.AppendOnlyMark);

        TreeRemoval.Remove(_disk, _at, "tree");

        Assert.Equal(["outside"], _disk.List(_at));
    }

    [Fact]
    public void Should_detach_a_file_and_a_directory_that_were_mounted_over_their_own_names()
    {
        Directory.CreateDirectory(_directory["tree with \\ blank/sub"]);
        File.WriteAllText(_directory["tree with \\ blank/file"], "");
        _disk.BindMount(_directory["outside"], _directory["tree with \\ blank"]);
        _disk.BindMount(_directory["outside"], _directory["tree with \\ blank"]);
        File.WriteAllText(_directory["target"], "");
        _disk.BindMount(_directory["outside/canary"], _directory["target"]);

        TreeRemoval.Remove(_disk, _at, "tree with \\ blank");
        TreeRemoval.Remove(_disk, _at, "target");

        Assert.Equal(["outside"], _disk.List(_at));
        Assert.Equal("sings", File.ReadAllText(_directory["outside/canary"]));
    }

    private void Mark(string name, int mark)
    {
        using var file = _disk.OpenFile(_at, name);
        var marks = mark;
        Assert.Equal(0, NativeMethods.InputOutputControl(file.Descriptor, NativeMethods.SetMarks, ref marks));
    }

    private static void OnSmallStack(ThreadStart action)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (StorageException refused)
                {
                    failure = refused;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
