// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>The container documents of a store.</summary>
/// <param name="stable">The directory of containers.json.</param>
/// <param name="volatile">That of volatile-containers.json; the same unless the store is transient.</param>
public sealed class ContainerIndexFile(IDisk disk, DirectoryHandle stable, DirectoryHandle @volatile)
    : IndexFile<ContainerRecord, ContainerIndex>(
        disk,
        new IndexDocument(DocumentKind.Stable, stable, StableName),
        new IndexDocument(DocumentKind.Volatile, @volatile, VolatileName))
{
    public const string StableName = "containers.json";
    public const string VolatileName = "volatile-containers.json";

    private protected override ImmutableArray<ContainerRecord> Parse(
        ReadOnlyMemory<byte> json, string path, DocumentKind document) =>
        RecordDocument.ParseContainers(json, path, document);

    private protected override ContainerIndex IndexOf(IReadOnlyList<ContainerRecord> records) =>
        ContainerIndex.Of(records);
}
