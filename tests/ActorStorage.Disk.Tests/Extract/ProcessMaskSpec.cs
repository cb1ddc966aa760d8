// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Extract;

[Collection(nameof(AloneInTheProcess))]
public sealed class ProcessMaskSpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("modes")]
    [InlineData("implicit parents")]
    [InlineData("implicit parents below setgid")]
    [InlineData("access list handed down")]
    [InlineData("devices and a fifo")]
    [InlineData("whiteouts")]
    public void Should_make_the_same_tree_whatever_the_mask_of_the_process(string name)
    {
        var archive = ArchiveCases.All[name]("/nowhere").ToArray();

        var usual = Extract(archive, "usual", 0x12);        // 022
        var strict = Extract(archive, "strict", 0x3f);      // 077
        var none = Extract(archive, "none", 0);

        Assert.Equal(usual, strict);
        Assert.Equal(usual, none);
    }

    private IReadOnlyList<string> Extract(byte[] archive, string name, int mask)
    {
        var since = DateTimeOffset.UtcNow;
        var disk = new LinuxDisk();
        Directory.CreateDirectory(_directory[name], (UnixFileMode)0x1c0);
        using var root = disk.OpenDirectory(_directory[name]);
        using var extractor = new LayerExtractor(disk, root);
        using var blob = new BlobReader(new MemoryStream(archive));
        using var reader = new TarReader(blob, split: null, ArchiveLimits.Default);
        var before = Syscall.umask((FilePermissions)mask);
        try
        {
            while (reader.Next() is { } entry) extractor.Apply(entry, reader);
            extractor.Finish();
        }
        finally
        {
            Syscall.umask(before);
        }
        return TreeListing.Of(_directory[name], since);
    }
}
