// SPDX-License-Identifier: Apache-2.0

// Stands in for the engine until it lands; this file goes with the commit that takes the engine in.
#pragma warning disable
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk
{
    public enum StagingPhase { Queued, Unpacking, Flushing, Committing, Committed, Failed }
    public sealed record StagingProgress(LayerId Layer, StagingPhase Phase, long BlobBytes, long? BlobBytesTotal, long DiffBytes, long Entries);
    public sealed record LayerBlob(string Name, Func<Stream> Open, long? SizeBytes = null)
    {
        public static LayerBlob FromFile(string path) => new(path, () => File.OpenRead(path), new FileInfo(path).Length);
    }
}

namespace ActorStorage
{
    public enum NamesChange { Set, Add, Remove }
    public sealed record StorageSettings(StoragePaths Paths) { public IReadOnlyList<string> DriverOptions { get; init; } public int StagersMax { get; init; } public TimeSpan RequestTimeout { get; init; } }
    public sealed record PutLayer
    {
        public LayerId? Id { get; init; } public ImmutableArray<string> Names { get; init; } = []; public string? Parent { get; init; }
        public string MountLabel { get; init; } = ""; public bool ReadOnly { get; init; } public LayerBlob? Blob { get; init; } public IProgress<StagingProgress>? Progress { get; init; }
    }
    public sealed record PutLayerOk(LayerRecord Layer, bool AlreadyPresent);
    public sealed record StorageStatus(IReadOnlyList<KeyValuePair<string, string>> Pairs);
    public sealed class StorageEngine : IAsyncDisposable
    {
        public static Task<StorageEngine> StartAsync(StorageSettings settings, CancellationToken c = default) => throw new NotImplementedException();
        public StorageClient Client => null!;
        public ValueTask DisposeAsync() => default;
    }
    public sealed class StorageClient
    {
        public Task<PutLayerOk> PutLayerAsync(PutLayer request, CancellationToken c = default) => throw new NotImplementedException();
        public Task<LayerRecord?> FindLayerAsync(string s, CancellationToken c = default) => throw new NotImplementedException();
        public Task<LayerRecord> GetLayerAsync(string s, CancellationToken c = default) => throw new NotImplementedException();
        public Task<IReadOnlyList<LayerRecord>> ListLayersAsync(CancellationToken c = default) => throw new NotImplementedException();
        public Task<IReadOnlyList<string>> ChangeNamesAsync(string layer, NamesChange change, IReadOnlyList<string> names, CancellationToken c = default) => throw new NotImplementedException();
        public Task SetMetadataAsync(string layer, string metadata, CancellationToken c = default) => throw new NotImplementedException();
        public Task SetBigDataAsync(string layer, string key, ReadOnlyMemory<byte> b, CancellationToken c = default) => throw new NotImplementedException();
        public Task<byte[]> GetBigDataAsync(string layer, string key, CancellationToken c = default) => throw new NotImplementedException();
        public Task DeleteLayerAsync(string layer, bool force, CancellationToken c = default) => throw new NotImplementedException();
        public Task<string> MountLayerAsync(string layer, bool readOnly, string? label, CancellationToken c = default) => throw new NotImplementedException();
        public Task<bool> UnmountLayerAsync(string layer, bool force, CancellationToken c = default) => throw new NotImplementedException();
        public Task<int> MountCountAsync(string layer, CancellationToken c = default) => throw new NotImplementedException();
        public Task<IReadOnlyList<MountPoint>> ListMountsAsync(CancellationToken c = default) => throw new NotImplementedException();
        public Task DiffAsync(string layer, Stream output, Compression? compression, CancellationToken c = default) => throw new NotImplementedException();
        public Task WipeAsync(CancellationToken c = default) => throw new NotImplementedException();
        public Task ShutdownAsync(bool force, CancellationToken c = default) => throw new NotImplementedException();
        public Task<StorageStatus> StatusAsync(CancellationToken c = default) => throw new NotImplementedException();
        public Task<IReadOnlyList<LockStatistics>> LockStatisticsAsync(CancellationToken c = default) => throw new NotImplementedException();
    }
}
