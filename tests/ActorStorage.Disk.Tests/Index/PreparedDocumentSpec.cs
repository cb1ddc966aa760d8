// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Index;

public sealed class PreparedDocumentSpec : IDisposable
{
    private readonly LinuxDisk _disk = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly DirectoryHandle _handle;

    public PreparedDocumentSpec() => _handle = _disk.OpenDirectory(_directory.Path);

    public void Dispose()
    {
        _handle.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_replace_the_file_when_published(bool sync)
    {
        File.WriteAllText(_directory["f"], "old");
        using var prepared = PreparedDocument.Prepare(_disk, _handle, "f", "new"u8.ToArray(), sync);
        Assert.Equal("old", File.ReadAllText(_directory["f"]));

        prepared.Publish();

        var status = _disk.Status(_handle, "f")!;
        Assert.Equal("new", File.ReadAllText(_directory["f"]));
        Assert.Equal((prepared.ModifiedAt, 0x180u), (status.ModifiedAt, status.Mode));
        Assert.Equal(["f"], _disk.List(_handle));
    }

    [Fact]
    public void Should_remove_its_file_when_disposed_unpublished()
    {
        PreparedDocument.Prepare(_disk, _handle, "f", "new"u8.ToArray(), sync: true).Dispose();

        Assert.Empty(_disk.List(_handle));
    }

    [Fact]
    public void Should_keep_its_file_when_publishing_fails_until_disposed()
    {
        Directory.CreateDirectory(_directory["f"]);
        var prepared = PreparedDocument.Prepare(_disk, _handle, "f", "new"u8.ToArray(), sync: true);

        Assert.Throws<StorageException>(prepared.Publish);
        prepared.Dispose();

        Assert.Equal(["f"], _disk.List(_handle));
    }
}
