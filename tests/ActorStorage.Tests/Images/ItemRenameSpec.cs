// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;
using ActorStorage.TestKit.Faults;
using ActorStorage.Tests.Faults;

namespace ActorStorage.Tests.Images;

/// <summary>A rename of an item fails in the middle of a batch: the others stand, and every record is of what is
/// there.</summary>
public sealed class ItemRenameSpec : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly FaultyDisk _disk = new();
    private readonly ImageRoot _root;
    private readonly FileLock _lock;

    public ItemRenameSpec()
    {
        _root = new ImageRoot(_disk, _directory, TimeProvider.System);
        _lock = FileLock.Open(Path.Combine(_directory, "images.lock"));
        _lock.Acquire(LockMode.Exclusive);
        _root.Refresh(_lock, LockMode.Exclusive);
        foreach (var image in (string[])["a", "b", "c"])
            Run(new ImageWrite.Create(new NewImage { Id = new ImageId(image), BigData = [Item("item", "old")] }, null));
    }

    public void Dispose()
    {
        _lock.Dispose();
        _root.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Should_refuse_only_the_write_whose_item_cannot_be_renamed()
    {
        _disk.BeforeEffect = effect =>
        {
            if (effect.Kind == EffectKind.Rename && effect.Path.EndsWith("b/item", StringComparison.Ordinal))
                throw new StorageException(StorageErrorKind.Io, "no rename");
        };

        var outcomes = Run(
            new ImageWrite.SetBigData("a", Item("item", "new")),
            new ImageWrite.SetMetadata("a", "words"),
            new ImageWrite.SetBigData("b", Item("item", "new")),
            new ImageWrite.SetBigData("c", Item("item", "new")));

        Assert.Equal([null, null, StorageErrorKind.Io, null], outcomes.Select(outcome => outcome.Error?.Kind));
        _disk.BeforeEffect = null;
        _root.Refresh(_lock, LockMode.Exclusive);
        Assert.Equal(["a new", "b old", "c new"], _root.Index.Images.Select(IsAsRecorded));
        Assert.Equal("words", _root.Index.Get(new ImageId("a")).Metadata);
        Assert.Empty(Directory.GetFiles(_directory, ".tmp-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Should_refuse_all_when_the_index_cannot_be_renamed()
    {
        _disk.BeforeRename = (_, to) =>
        {
            if (to == "images.json") throw new StorageException(StorageErrorKind.Io, "no rename");
        };

        var outcomes = Run(new ImageWrite.SetMetadata("a", "words"), new ImageWrite.SetMetadata("b", "words"));

        Assert.Equal([StorageErrorKind.Io, StorageErrorKind.Io], outcomes.Select(outcome => outcome.Error?.Kind));
    }

    private IReadOnlyList<WriteOutcome<ImageRecord>> Run(params ImageWrite[] writes) =>
        ImageCommit.Run(_root, _lock, writes);

    private string IsAsRecorded(ImageRecord image)
    {
        var bytes = File.ReadAllBytes(Path.Combine(_directory, image.Id.Value, "item"));
        Assert.Equal(
            Digest.Sha256(SHA256.HashData(bytes)), image.BigData.DigestOf("item"));
        return $"{image.Id.Value} {Encoding.UTF8.GetString(bytes)}";
    }

    private static NewBigData Item(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));
}
