// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk.Index;

/// <summary>One record of containers.json or volatile-containers.json.</summary>
public sealed record ContainerRecord : StoredRecord
{
    public required ContainerId Id { get; init; }

    /// <summary>What the container was made from; null when it was made from nothing.</summary>
    public ImageId? Image { get; init; }

    /// <summary>The container's own writable layer.</summary>
    public LayerId? Layer { get; init; }

    public BigDataItems BigData { get; init; } = BigDataItems.Empty;

    /// <summary>How ids inside the container lie on the host, also when its layer has no map.</summary>
    public IdMaps IdMaps { get; init; } = IdMaps.None;

    /// <summary>The SELinux label to mount with.</summary>
    public string MountLabel => Flags.Text(RecordFlags.MountLabel) ?? "";

    public string ProcessLabel => Flags.Text(RecordFlags.ProcessLabel) ?? "";

    /// <summary>What to mount the container's layer with when the request says nothing.</summary>
    public ImmutableArray<string> MountOptions => Flags.Texts(RecordFlags.MountOptions);

    /// <summary>
    /// Whether the layer is mounted without syncs. It may differ from <see cref="StoredRecord.Volatile"/>, which says
    /// in which document the record stands.
    /// </summary>
    public bool IsMountedVolatile => Flags.IsTrue(RecordFlags.Volatile);

    public override string Key => Id.Value;

    public bool Equals(ContainerRecord? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    protected override ReadOnlyMemory<byte> Encode() => ContainerRecordWriter.Encode(this);
}
