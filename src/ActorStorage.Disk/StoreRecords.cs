// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>
/// The records of a store, read together: what one names was there when the others were read. Those of additional
/// stores come behind the store's own, in the order in which these are asked, and say what they are; of two with one id
/// the first counts.
/// </summary>
public sealed record StoreRecords(
    IReadOnlyList<LayerRecord> Layers, IReadOnlyList<ImageRecord> Images, IReadOnlyList<ContainerRecord> Containers);
