// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Index;

namespace ActorStorage.Disk.Tests.Containers;

/// <summary>The same change made by the Go tool and by us must leave the same bytes.</summary>
public sealed class ContainerGoSpec
{
    private const string Id = "1111111111111111111111111111111111111111111111111111111111111111";
    private byte[]? _before;

    [SkippableFact]
    public void Should_write_the_same_bytes_when_a_container_is_made_and_changed()
    {
        using var root = new GoRoot();
        File.WriteAllText(root["data"], "data");
        root.Must("create-image", "-i", "img", root.Must("create-layer"));
        string[] maps = ["--uidmap", "0:100000:65536", "--gidmap", "0:200000:65536"];

        root.Must(["create-container", "-i", "c", "-n", "one", "-n", "one", "-m", "<m>", .. maps, "img"]);
        Same(root, Create(root, new NewContainer
        {
            Id = new ContainerId("c"),
            Names = ["one", "one"],
            Metadata = "<m>",
            Maps = WantedMaps.Of(new IdMaps([new IdMap(0, 100000, 65536)], [new IdMap(0, 200000, 65536)])),
        }));
        root.Must("create-container", "-i", Id, "");
        Same(root, Create(root, new NewContainer { Id = new ContainerId(Id) }));
        foreach (var key in (string[])["b", "a", "Key/One", "b"])
        {
            File.AppendAllText(root["data"], key);
            root.Must("set-container-data", "-f", root["data"], "one", key);
            Same(root, new ContainerWrite.SetBigData("one", key, File.ReadAllBytes(root["data"])));
        }
        root.Must("set-names", "-n", "one", "-n", "two", Id);
        Same(root, new ContainerWrite.ChangeNames("11", NamesChange.Set, ["one", "two"]));
        root.Must("set-metadata", "-m", "meta", Id);
        Same(root, new ContainerWrite.SetMetadata("two", "meta"));
        root.Must("delete-container", "c");
        Same(root, new ContainerWrite.Delete(new ContainerId("c")));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Should_write_the_same_bytes_when_a_container_is_volatile(bool isTransient)
    {
        using var root = new GoRoot();
        var layer = root.Must("create-layer");
        root.Must("create-image", "-i", "img", layer);
        string[] how = isTransient ? ["--transient-store"] : [];
        string[] what = isTransient ? [] : ["--volatile"];

        root.Must([.. how, "create-container", .. what, "-i", "v", "img"]);

        var directory = isTransient ? root.Paths.ContainersRun : root.Paths.Containers;
        var theirs = File.ReadAllBytes($"{directory}/volatile-containers.json");
        var record = Assert.Single(RecordDocument.ParseContainers(theirs, "f", DocumentKind.Volatile));
        var write = Create(record, new NewContainer { Id = new ContainerId("v"), Volatile = !isTransient });
        var made = ContainerDecision.Decide(ContainerIndex.Empty, write, record.Created, isTransient);
        Assert.Equal(
            Encoding.UTF8.GetString(theirs),
            Encoding.UTF8.GetString(RecordDocument.Write(made.Index.In(DocumentKind.Volatile))));
        Assert.Equal(record, made.Container);
    }

    [SkippableFact]
    public void Should_have_its_records_read_by_the_go_tool()
    {
        using var root = new GoRoot();
        root.Must("containers");
        var container = new ContainerRecord
        {
            Id = new ContainerId(Id),
            Names = ["\u00e9<>"],
            Layer = new LayerId("l"),
            Created = new Timestamp("2020-01-01T00:00:00.5Z"),
            Flags = RecordFlags.Empty.With(RecordFlags.MountOptions, ["a", "b"]).With("n", "\u2028"),
            IdMaps = new IdMaps([new IdMap(0, 1, 4294967295)], []),
            BigData = BigDataItems.Empty.With("z", "1"u8).With("a", ""u8),
        };
        var document = RecordDocument.Write([container]);
        File.WriteAllBytes($"{root.Paths.Containers}/containers.json", document);

        Assert.Equal(Encoding.UTF8.GetString(document), root.Must("containers", "-j"));
    }

    private static ContainerWrite.Create Create(GoRoot root, NewContainer container) => Create(
        RecordDocument.ParseContainers(root.Containers, "f", DocumentKind.Stable)
            .Single(each => each.Id == container.Id),
        container);

    private static ContainerWrite.Create Create(ContainerRecord record, NewContainer container) =>
        new(container, record.Image, record.Layer!.Value);

    /// <summary>Applies our change to what the tool had written before its own; the results must be the same.</summary>
    private void Same(GoRoot root, ContainerWrite write)
    {
        var theirs = RecordDocument.ParseContainers(root.Containers, "f", DocumentKind.Stable);
        var before = ContainerIndex.Of(RecordDocument.ParseContainers(_before ?? [], "f", DocumentKind.Stable));
        var now = write is ContainerWrite.Create ? theirs[^1].Created : Timestamp.Zero;
        var after = ContainerDecision.Decide(before, write, now, isTransient: false).Index;
        _before = root.Containers;
        Assert.Equal(
            Encoding.UTF8.GetString(_before),
            Encoding.UTF8.GetString(RecordDocument.Write(after.In(DocumentKind.Stable))));
        Assert.Equal(_before, RecordDocument.Write([.. theirs.Select(container => container with { })]));
    }
}
