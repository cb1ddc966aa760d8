// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using ActorStorage.Disk;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Diff;
using ActorStorage.Disk.Drivers;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;
using ActorStorage.Disk.Upkeep;

namespace ActorStorage.Tests.Safety;

/// <summary>
/// All that reads a blob from outside, one step after another: inflate, read, describe, unpack, then write the archive
/// again from the description and from the files alone, and work out what a check expects.
/// </summary>
internal sealed class ReadPath
{
    private const string Tree = "tree";
    private const string Split = "split";
    private const long DiskBytes = 256L << 20;

    private static readonly ArchiveLimits Limits = ArchiveLimits.Default with
    {
        EntriesMax = 5000,
        InflatedBytesMax = 64 << 20,
    };

    private readonly LinuxDisk _disk = new();
    private readonly string _stage;

    /// <param name="stage">An empty directory, which is empty again after each blob.</param>
    public ReadPath(string stage) => _stage = stage;

    /// <returns>Why it was refused, and where; null when it was not.</returns>
    /// <exception cref="Exception">Anything else than a refusal.</exception>
    public string? Run(byte[] blob, WhiteoutHandling whiteouts)
    {
        using var stage = _disk.OpenDirectory(_stage);
        _disk.MakeDirectory(stage, Tree, 0x1ed);
        try
        {
            var facts = Unpack(stage, blob, whiteouts);
            return Again(() => Rebuild(stage, facts), "rebuilt: ")
                ?? Again(() => WriteAnew(stage), "written: ")
                ?? Again(() => Expect(stage, whiteouts), "expected: ");
        }
        catch (StorageException refused)
        {
            return $"{refused.Kind}: {refused.Message}";
        }
        finally
        {
            TreeUnlink.Remove(_disk, stage, Tree);
            _disk.RemoveFile(stage, Split);
        }
    }

    private DiffFacts Unpack(DirectoryHandle stage, byte[] blob, WhiteoutHandling whiteouts)
    {
        using var split = _disk.CreateFile(stage, Split, 0x180);
        using var target = _disk.OpenDirectory(stage, Tree);
        var settings = new ExtractSettings { Whiteouts = whiteouts, Limits = Limits };
        var unpacking = new BlobUnpacking(_disk, settings, CancellationToken.None) { IsDurable = false };
        return unpacking.Run(new LayerBlob("blob", () => new MemoryStream(blob)), target, split).Facts;
    }

    private static string? Again(Action step, string name)
    {
        try
        {
            step();
            return null;
        }
        catch (StorageException refused)
        {
            return $"{name}{refused.Kind}: {refused.Message}";
        }
    }

    /// <summary>What is rebuilt to its end is the archive, bit for bit.</summary>
    private void Rebuild(DirectoryHandle stage, DiffFacts facts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var output = new SmallDisk(hash.AppendData);
        using var files = new LayerFiles(_disk, new LayerContent([Path.Combine(_stage, Tree)], []));
        using var split = _disk.OpenFile(stage, Split);
        using var bytes = new FileHandleStream(_disk, split);
        TarSplitDiff.Run(_disk, files, bytes, output, CancellationToken.None);
        Assert.Equal(facts.DiffDigest, Digest.Sha256(hash.GetHashAndReset()));
    }

    /// <summary>What we write we can read.</summary>
    private void WriteAnew(DirectoryHandle stage)
    {
        using var archive = new MemoryStream();
        using (var output = new SmallDisk(archive.Write))
        using (var upper = _disk.OpenDirectory(stage, Tree))
            UpperDiff.Run(_disk, upper, [], IdMaps.None, output, CancellationToken.None);
        archive.Position = 0;
        using var blob = new BlobReader(archive);
        using var reader = new TarReader(blob, split: null, ArchiveLimits.None);
        try
        {
            reader.Finish();
        }
        catch (StorageException refused)
        {
            Assert.Fail($"we wrote what we refuse: {refused.Message}");
        }
    }

    private void Expect(DirectoryHandle stage, WhiteoutHandling whiteouts)
    {
        using var split = _disk.OpenFile(stage, Split);
        using var bytes = new FileHandleStream(_disk, split);
        using var records = new TarSplitReader(bytes);
        using var outline = new ArchiveOutline(records);
        using var blob = BlobReader.OfArchive(outline);
        using var archive = new TarReader(blob, split: null, Limits);
        var tree = new ExpectedTree(new ExtractSettings { Whiteouts = whiteouts });
        while (archive.Next() is { } entry) tree.Apply(entry);
        tree.Finish();
    }

    /// <summary>A stream to a disk that is full before a file of nothing but holes is written out.</summary>
    private sealed class SmallDisk(SmallDisk.Taking taking) : Stream
    {
        private long _written;

        internal delegate void Taking(ReadOnlySpan<byte> bytes);

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _written += buffer.Length;
            if (_written > DiskBytes) throw new StorageException(StorageErrorKind.NoSpace, "the disk is full");
            taking(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
