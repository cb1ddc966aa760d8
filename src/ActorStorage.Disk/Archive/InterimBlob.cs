// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
namespace ActorStorage.Disk.Archive
{
public sealed class BlobReader(Stream blob) : IDisposable { internal Stream S => blob; public void Dispose() { } }
public sealed record BlobSummary(Digest CompressedDigest, long CompressedSizeBytes, Digest DiffDigest, long DiffSizeBytes, Compression Compression);
public sealed class TarSplitWriter(Stream target) : IDisposable { public void Dispose() { target.Flush(); } }
public sealed record ArchiveLimits { public static ArchiveLimits Default { get; } = new(); }
}
namespace ActorStorage.Disk.Diff
{
public static class TarSplitDiff { public static void Run(IDisk disk, DirectoryHandle diff, Stream tarSplit, Stream output, CancellationToken cancellation) => throw new InvalidOperationException(); }
public static class DiffCompression { public static Stream Open(Stream output, Compression compression) => output; }
}
