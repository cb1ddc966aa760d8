// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Containers;

public sealed class ContainerCommitSpec : IDisposable
{
    private static readonly LayerId Layer = new("layer");
    private readonly TemporaryDirectory _directory = new();
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var each in _open) each.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Should_write_each_container_into_its_document_and_keep_it_there()
    {
        var (paths, root, held) = Open(isTransient: false);

        Run(root, held, Create("s", "n"), Create("v", "m", isVolatile: true));
        var outcomes = Run(root, held, new ContainerWrite.SetMetadata("m", "x"));

        Assert.Equal(["s"], Read($"{paths.Containers}/containers.json", DocumentKind.Stable));
        Assert.Equal(["v"], Read($"{paths.Containers}/volatile-containers.json", DocumentKind.Volatile));
        Assert.Equal(("x", true), (outcomes[0].Record!.Metadata, outcomes[0].Record!.Volatile));
        Assert.True(outcomes[0].Record!.IsMountedVolatile);
    }

    [Fact]
    public void Should_write_every_container_to_the_run_root_when_the_store_is_transient()
    {
        var (paths, root, held) = Open(isTransient: true);

        Run(root, held, Create("s", "n"));

        Assert.Equal(["s"], Read($"{paths.ContainersRun}/volatile-containers.json", DocumentKind.Volatile));
        Assert.False(File.Exists($"{paths.Containers}/containers.json"));
        Assert.True(File.Exists($"{paths.ContainersRun}/containers.lock"));
    }

    [Fact]
    public void Should_remove_the_directories_in_both_roots_when_a_container_is_deleted()
    {
        var (paths, root, held) = Open(isTransient: false);
        Run(root, held, Create("c", "n"), new ContainerWrite.SetBigData("n", "k", "v"u8.ToArray()));
        var made = UserDataDirectory.Make(root.Disk, paths.Containers, "c");
        var madeInRun = UserDataDirectory.Make(root.Disk, paths.ContainersRun, "c");
        File.WriteAllText($"{made}/file", "text");

        var outcome = Assert.Single(Run(root, held, new ContainerWrite.Delete(new ContainerId("c"))));

        Assert.Equal((null, "c"), (outcome.Error, outcome.Record?.Id.Value));
        Assert.False(Directory.Exists($"{paths.Containers}/c"));
        Assert.False(Directory.Exists($"{paths.ContainersRun}/c"));
        Assert.Equal($"{paths.ContainersRun}/c/userdata", madeInRun);
        Assert.Empty(Read($"{paths.Containers}/containers.json", DocumentKind.Stable));
    }

    [Fact]
    public void Should_find_a_container_by_its_layer_before_the_beginning_of_another_id()
    {
        var (_, root, held) = Open(isTransient: false);
        Run(
            root, held,
            new ContainerWrite.Create(new NewContainer { Id = new ContainerId("one") }, null, new LayerId("tw")),
            new ContainerWrite.Create(
                new NewContainer { Id = new ContainerId("two") }, new ImageId("i"), new LayerId("x")));

        Assert.Equal("one", root.Index.Resolve("tw")?.Id.Value);
        Assert.Equal("two", root.Index.Resolve("t")?.Id.Value);
        Assert.Equal("two", Assert.Single(root.Index.FindByImage(new ImageId("i"))).Id.Value);
        Assert.Equal("two", root.Index.FindByLayer(new LayerId("x"))?.Id.Value);
    }

    [Fact]
    public void Should_say_who_holds_a_name_and_what_is_not_known()
    {
        var (paths, root, held) = Open(isTransient: false);
        Run(root, held, Create("c", "n"));

        var outcomes = Run(
            root, held, Create("c", "m"), Create("d", "n"), new ContainerWrite.SetMetadata("q", ""),
            new ContainerWrite.SetBigData("c", "", default), Create("a/b", "o"));

        Assert.Equal(
            [
                "that ID is already in use",
                "the container name \"n\" is already in use by c. You have to remove that container to be able to "
                    + "reuse that name: that name is already in use",
                "container not known",
                "can't set empty name for container big data item: not a valid name for a big data item",
                "container id \"a/b\" contains a separator",
            ],
            outcomes.Select(outcome => outcome.Error?.Message));
        Assert.Equal(
            $"open {paths.Containers}/c/=S2V5: no such file or directory",
            Assert.Throws<StorageException>(() => ContainerData.Get(root, root.Index.Require("c"), "Key")).Message);
    }

    [Fact]
    public void Should_measure_an_item_that_nobody_measured()
    {
        var (paths, root, held) = Open(isTransient: false);
        File.WriteAllText(
            $"{paths.Containers}/containers.json", """[{"id":"c","big-data-names":["k","gone"]}]""");
        Directory.CreateDirectory($"{paths.Containers}/c");
        File.WriteAllText($"{paths.Containers}/c/k", "data");
        root.Refresh(held, LockMode.Exclusive);
        var container = root.Index.Require("c");

        Assert.Null(ContainerData.Measure(root, container, "gone"));
        Run(root, held, ContainerData.Measure(root, container, "k")!);

        var measured = root.Index.Require("c");
        Assert.Equal(4, ContainerData.SizeBytes(measured, "k"));
        Assert.Equal(
            Digest.Sha256(System.Security.Cryptography.SHA256.HashData("data"u8)),
            ContainerData.DigestOf(measured, "k"));
        Assert.Null(ContainerData.Measure(root, measured, "k"));
        Assert.Equal(
            "size is not known",
            Assert.Throws<StorageException>(() => ContainerData.SizeBytes(measured, "gone")).Message);
    }

    [Fact]
    public void Should_make_private_directories_for_owners_and_none_outside_the_store()
    {
        var disk = new LinuxDisk();
        var made = UserDataDirectory.Make(disk, _directory["store"], "c");
        File.WriteAllText($"{made}/file", "12345");
        Directory.CreateDirectory($"{made}/below");
        File.CreateSymbolicLink($"{made}/below/link", "123");
        using var handle = disk.OpenDirectory(made);
        disk.MakeLink(handle, "file", handle, "again");

        Assert.Equal(made, UserDataDirectory.Make(disk, _directory["store"], "c"));
        Assert.All(
            [_directory["store"], _directory["store/c"], made],
            path => Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path)));
        Assert.Equal(8, TreeSize.Bytes(disk, handle));
        var refused = Assert.Throws<StorageException>(
            () => UserDataDirectory.Make(disk, _directory["store"], "../out"));
        Assert.Equal(StorageErrorKind.UnsafePath, refused.Kind);
    }

    private static ContainerWrite.Create Create(string id, string name, bool isVolatile = false) => new(
        new NewContainer { Id = new ContainerId(id), Names = [name], Volatile = isVolatile }, null, Layer);

    private static IReadOnlyList<WriteOutcome<ContainerRecord>> Run(
        ContainerRoot root, FileLock held, params ContainerWrite[] writes) => ContainerCommit.Run(root, held, writes);

    private static IEnumerable<string> Read(string path, DocumentKind document) => RecordDocument
        .ParseContainers(Encoding.UTF8.GetBytes(File.ReadAllText(path)), path, document)
        .Select(container => container.Id.Value);

    private (StoragePaths Paths, ContainerRoot Root, FileLock Held) Open(bool isTransient)
    {
        var paths = new StoragePaths(_directory["graph"], _directory["run"]) { Transient = isTransient };
        Directory.CreateDirectory(paths.Containers);
        Directory.CreateDirectory(paths.ContainersRun);
        var root = new ContainerRoot(new LinuxDisk(), paths, TimeProvider.System);
        var held = FileLock.Open(paths.ContainersLock);
        held.Acquire(LockMode.Exclusive);
        root.Refresh(held, LockMode.Exclusive);
        _open.AddRange([root, held]);
        return (paths, root, held);
    }
}
